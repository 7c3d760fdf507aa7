/** Connections of HTTP/1.1 clients: strict reading of requests, framing of responses, and keep-alive (RFC 9112). */
@NullMarked
package app.rcommerce.gateway.server.protocol.http1;

import org.jspecify.annotations.NullMarked;
