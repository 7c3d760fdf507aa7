/** Topics in Redis: which messages have come on their channels, and which places they have. */
@NullMarked
package app.rcommerce.gateway.server.redis.topic;

import org.jspecify.annotations.NullMarked;
