/** The parts that the measurements share: Redis processes, an origin, a client, tokens. */
@NullMarked
package app.rcommerce.gateway.benchmarks.testbed;

import org.jspecify.annotations.NullMarked;
