/** What is told of queues of jobs. */
@NullMarked
package app.rcommerce.gateway.server.exchange.jobs;

import org.jspecify.annotations.NullMarked;
