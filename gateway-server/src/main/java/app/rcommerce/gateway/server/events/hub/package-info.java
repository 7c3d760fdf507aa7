/** The topics that are heard on this node, and their way from the store to clients on all event loops. */
@NullMarked
package app.rcommerce.gateway.server.events.hub;

import org.jspecify.annotations.NullMarked;
