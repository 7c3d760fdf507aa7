/** Time: the one place that reads the system's clocks, and durations as texts. */
@NullMarked
package app.rcommerce.gateway.time;

import org.jspecify.annotations.NullMarked;
