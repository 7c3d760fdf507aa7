/** Header sections of HTTP/2: what a request says, and what an answer does (RFC 9113 §8). */
@NullMarked
package app.rcommerce.gateway.server.protocol.http2.field;

import org.jspecify.annotations.NullMarked;
