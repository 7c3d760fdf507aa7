/** HTTP/1.1 requests from bytes: heads as RFC 9112 allows them, and what follows them. */
@NullMarked
package app.rcommerce.gateway.server.protocol.http1.decode;

import org.jspecify.annotations.NullMarked;
