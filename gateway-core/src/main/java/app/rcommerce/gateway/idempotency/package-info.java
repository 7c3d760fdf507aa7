/** Idempotency keys of clients, and what is kept under them. */
@NullMarked
package app.rcommerce.gateway.idempotency;

import org.jspecify.annotations.NullMarked;
