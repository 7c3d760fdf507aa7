/** The meters of requests with idempotency keys. */
@NullMarked
package app.rcommerce.gateway.server.metrics.idempotency;

import org.jspecify.annotations.NullMarked;
