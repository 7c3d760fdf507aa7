/** Jobs of the platform's queues: what they are, when they are tried again, and their form in Redis. */
@NullMarked
package app.rcommerce.gateway.job;

import org.jspecify.annotations.NullMarked;
