/** The listeners for clients, and the limits on their connections. */
@NullMarked
package app.rcommerce.gateway.server.listen;

import org.jspecify.annotations.NullMarked;
