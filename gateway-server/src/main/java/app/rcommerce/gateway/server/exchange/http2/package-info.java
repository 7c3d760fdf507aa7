/** What connections of HTTP/2 tell those who watch them. */
@NullMarked
package app.rcommerce.gateway.server.exchange.http2;

import org.jspecify.annotations.NullMarked;
