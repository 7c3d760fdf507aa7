/** What is kept under idempotency keys, in Redis. */
@NullMarked
package app.rcommerce.gateway.server.redis.idempotency;

import org.jspecify.annotations.NullMarked;
