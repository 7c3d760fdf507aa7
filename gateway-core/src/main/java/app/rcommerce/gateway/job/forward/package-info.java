/** Jobs that are requests to be forwarded: how they are kept, and what comes of attempts. */
@NullMarked
package app.rcommerce.gateway.job.forward;

import org.jspecify.annotations.NullMarked;
