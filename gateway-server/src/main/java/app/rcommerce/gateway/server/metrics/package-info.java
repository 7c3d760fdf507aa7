/** The metrics, for Prometheus. */
@NullMarked
package app.rcommerce.gateway.server.metrics;

import org.jspecify.annotations.NullMarked;
