/** Requests as the policies see them, and the replies that the gateway makes itself, without sockets and frameworks. */
@NullMarked
package app.rcommerce.gateway.http;

import org.jspecify.annotations.NullMarked;
