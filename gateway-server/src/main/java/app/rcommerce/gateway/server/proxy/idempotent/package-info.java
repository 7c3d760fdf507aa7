/**
 * Forwarding of requests with idempotency keys: the first is answered by the upstream, and its repeats by the store.
 */
@NullMarked
package app.rcommerce.gateway.server.proxy.idempotent;

import org.jspecify.annotations.NullMarked;
