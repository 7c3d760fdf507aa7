/** Shared state in Redis as the gateway sees it: how it is set up, its state and its memory. */
@NullMarked
package app.rcommerce.gateway.server.redis;

import org.jspecify.annotations.NullMarked;
