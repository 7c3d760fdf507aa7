/** What clients of topics that come back are read from Redis. */
@NullMarked
package app.rcommerce.gateway.server.redis.topic.replay;

import org.jspecify.annotations.NullMarked;
