/** Shared state in Redis: the connection and its guard, and one store per structure. */
@NullMarked
package app.rcommerce.gateway.server.redis;

import org.jspecify.annotations.NullMarked;
