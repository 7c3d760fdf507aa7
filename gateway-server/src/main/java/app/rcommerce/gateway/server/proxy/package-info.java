/** The handler that forwards requests: upstream streams, fills of the cache, and the requests that read from them. */
@NullMarked
package app.rcommerce.gateway.server.proxy;

import org.jspecify.annotations.NullMarked;
