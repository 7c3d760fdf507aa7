/** The frames of one HTTP/2 connection as they are read, counted and written (RFC 9113 §4, §6). */
@NullMarked
package app.rcommerce.gateway.server.protocol.http2.frame;

import org.jspecify.annotations.NullMarked;
