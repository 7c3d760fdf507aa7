/** The one place that reads the system's clocks. */
@NullMarked
package app.rcommerce.gateway.time;

import org.jspecify.annotations.NullMarked;
