/** Going through much of what Redis has, step by step. */
@NullMarked
package app.rcommerce.gateway.server.redis.walk;

import org.jspecify.annotations.NullMarked;
