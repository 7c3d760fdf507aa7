/** The chaos measurement: what clients see while Redis fails in every way under steady load. */
@NullMarked
package app.rcommerce.gateway.benchmarks.chaos;

import org.jspecify.annotations.NullMarked;
