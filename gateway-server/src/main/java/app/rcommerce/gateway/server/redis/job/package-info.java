/** Queues of jobs in Redis. */
@NullMarked
package app.rcommerce.gateway.server.redis.job;

import org.jspecify.annotations.NullMarked;
