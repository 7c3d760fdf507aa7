/** HTTP/1.1 as it is written, on both sides (RFC 9112). */
@NullMarked
package app.rcommerce.gateway.server.http1;

import org.jspecify.annotations.NullMarked;
