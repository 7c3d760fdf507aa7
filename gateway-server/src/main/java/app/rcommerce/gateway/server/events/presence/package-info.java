/** Who hears topics on this node. */
@NullMarked
package app.rcommerce.gateway.server.events.presence;

import org.jspecify.annotations.NullMarked;
