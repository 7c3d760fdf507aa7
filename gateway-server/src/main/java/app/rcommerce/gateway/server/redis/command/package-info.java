/** Commands and scripts: sent in batches, and what Redis answers to them. */
@NullMarked
package app.rcommerce.gateway.server.redis.command;

import org.jspecify.annotations.NullMarked;
