/** What observers are told of requests with idempotency keys. */
@NullMarked
package app.rcommerce.gateway.server.exchange.idempotency;

import org.jspecify.annotations.NullMarked;
