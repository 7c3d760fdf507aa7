/** What the upstream is told of the client. */
@NullMarked
package app.rcommerce.gateway.server.proxy.forwarded;

import org.jspecify.annotations.NullMarked;
