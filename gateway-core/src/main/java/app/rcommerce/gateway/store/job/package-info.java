/** The interface to queues of jobs. */
@NullMarked
package app.rcommerce.gateway.store.job;

import org.jspecify.annotations.NullMarked;
