/** What operators can ask of a running gateway and change in it, whatever they ask it by. */
@NullMarked
package app.rcommerce.gateway.server.admin.operations;

import org.jspecify.annotations.NullMarked;
