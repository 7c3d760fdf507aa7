/** The operations of the admin port without HTTP: what operators can ask of a running gateway and change in it. */
@NullMarked
package app.rcommerce.gateway.server.admin.operations;

import org.jspecify.annotations.NullMarked;
