/** The load generator with a fixed rate. */
@NullMarked
package app.rcommerce.gateway.benchmarks.load;

import org.jspecify.annotations.NullMarked;
