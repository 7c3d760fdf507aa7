/** The meters of queues of jobs. */
@NullMarked
package app.rcommerce.gateway.server.metrics.jobs;

import org.jspecify.annotations.NullMarked;
