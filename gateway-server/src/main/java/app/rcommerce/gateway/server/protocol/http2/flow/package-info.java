/** How content flows through the windows of an HTTP/2 connection (RFC 9113 §5.2), on its way in and out. */
@NullMarked
package app.rcommerce.gateway.server.protocol.http2.flow;

import org.jspecify.annotations.NullMarked;
