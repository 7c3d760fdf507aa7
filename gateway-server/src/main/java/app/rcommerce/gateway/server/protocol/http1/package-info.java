/** Clients of HTTP/1.1: what arrives is read strictly, what is kept alive is decided here (RFC 9112). */
@NullMarked
package app.rcommerce.gateway.server.protocol.http1;

import org.jspecify.annotations.NullMarked;
