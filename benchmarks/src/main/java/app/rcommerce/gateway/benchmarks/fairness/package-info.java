/** The fairness measurement: what honest clients see during a flood. */
@NullMarked
package app.rcommerce.gateway.benchmarks.fairness;

import org.jspecify.annotations.NullMarked;
