/** A request as the decisions see it, and the answers they make: no sockets, no framework. */
@NullMarked
package app.rcommerce.gateway.http;

import org.jspecify.annotations.NullMarked;
