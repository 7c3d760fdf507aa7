/** The interface to what is kept under idempotency keys. */
@NullMarked
package app.rcommerce.gateway.store.idempotency;

import org.jspecify.annotations.NullMarked;
