/** What honest clients notice of a flood. */
@NullMarked
package app.rcommerce.gateway.benchmarks.fairness;

import org.jspecify.annotations.NullMarked;
