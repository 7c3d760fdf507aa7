/** Requests that are kept in a queue, and forwarded from there. */
@NullMarked
package app.rcommerce.gateway.server.jobs;

import org.jspecify.annotations.NullMarked;
