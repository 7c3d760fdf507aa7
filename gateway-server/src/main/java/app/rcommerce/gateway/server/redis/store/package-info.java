/** The stores in Redis, one for each structure; no other package knows the keys. */
@NullMarked
package app.rcommerce.gateway.server.redis.store;

import org.jspecify.annotations.NullMarked;
