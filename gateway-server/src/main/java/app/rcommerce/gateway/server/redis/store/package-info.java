/** One store for each structure in Redis; the only package that knows keys. */
@NullMarked
package app.rcommerce.gateway.server.redis.store;

import org.jspecify.annotations.NullMarked;
