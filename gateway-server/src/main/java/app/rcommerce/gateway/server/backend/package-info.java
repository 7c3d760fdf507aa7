/** Where shared state lives. */
@NullMarked
package app.rcommerce.gateway.server.backend;

import org.jspecify.annotations.NullMarked;
