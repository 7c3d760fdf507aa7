/** The link to Redis: its masters, whether each can be used, and why not. */
@NullMarked
package app.rcommerce.gateway.server.redis.link;

import org.jspecify.annotations.NullMarked;
