/** The connection to Redis: its masters, their circuit breakers, and the reasons why one cannot be used. */
@NullMarked
package app.rcommerce.gateway.server.redis.link;

import org.jspecify.annotations.NullMarked;
