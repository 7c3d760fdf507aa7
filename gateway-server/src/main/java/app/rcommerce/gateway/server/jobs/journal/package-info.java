/** Files in which queues in memory write down what becomes of their jobs. */
@NullMarked
package app.rcommerce.gateway.server.jobs.journal;

import org.jspecify.annotations.NullMarked;
