/** Redis failing in every way under steady load, and the table of what clients saw. */
@NullMarked
package app.rcommerce.gateway.benchmarks.chaos;

import org.jspecify.annotations.NullMarked;
