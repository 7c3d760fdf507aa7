/** Queues of jobs in the memory of this process. */
@NullMarked
package app.rcommerce.gateway.store.memory.job;

import org.jspecify.annotations.NullMarked;
