/** The writer of HTTP/1.1 messages, for connections of clients and of upstreams (RFC 9112). */
@NullMarked
package app.rcommerce.gateway.server.http1;

import org.jspecify.annotations.NullMarked;
