/** Pushed messages of Redis: which keys have changed, and messages of other nodes. */
@NullMarked
package app.rcommerce.gateway.server.redis.tracking;

import org.jspecify.annotations.NullMarked;
