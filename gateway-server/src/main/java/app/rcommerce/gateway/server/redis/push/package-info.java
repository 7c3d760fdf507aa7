/** Connections over which Redis pushes messages. */
@NullMarked
package app.rcommerce.gateway.server.redis.push;

import org.jspecify.annotations.NullMarked;
