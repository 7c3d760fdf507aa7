/** Long runs of leases against a real Redis, judged by exact logs. */
@NullMarked
package app.rcommerce.gateway.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
