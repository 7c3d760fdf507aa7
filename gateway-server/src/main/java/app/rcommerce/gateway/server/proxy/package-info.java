/** The handler that forwards: the upstream, replies on their way into the cache, and requests that read along. */
@NullMarked
package app.rcommerce.gateway.server.proxy;

import org.jspecify.annotations.NullMarked;
