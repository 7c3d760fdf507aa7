/** What operators watch, for Prometheus. */
@NullMarked
package app.rcommerce.gateway.server.metrics;

import org.jspecify.annotations.NullMarked;
