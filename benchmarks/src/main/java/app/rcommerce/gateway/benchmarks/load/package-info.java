/** A source of load that keeps to its timetable. */
@NullMarked
package app.rcommerce.gateway.benchmarks.load;

import org.jspecify.annotations.NullMarked;
