/** The commands about queues of jobs. */
@NullMarked
package app.rcommerce.gateway.server.cli.job;

import org.jspecify.annotations.NullMarked;
