/** The side that faces clients: connections, framing, and one exchange per request. */
@NullMarked
package app.rcommerce.gateway.server.net;

import org.jspecify.annotations.NullMarked;
