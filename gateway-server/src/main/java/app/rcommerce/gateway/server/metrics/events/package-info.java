/** The meters of topics. */
@NullMarked
package app.rcommerce.gateway.server.metrics.events;

import org.jspecify.annotations.NullMarked;
