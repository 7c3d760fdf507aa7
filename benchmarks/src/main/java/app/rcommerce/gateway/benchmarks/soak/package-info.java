/** The soak test: long runs of leases against a real Redis, checked by exact logs. */
@NullMarked
package app.rcommerce.gateway.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
