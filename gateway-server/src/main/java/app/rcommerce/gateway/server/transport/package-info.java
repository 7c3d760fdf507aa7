/** The event loops and the kinds of channels on them. */
@NullMarked
package app.rcommerce.gateway.server.transport;

import org.jspecify.annotations.NullMarked;
