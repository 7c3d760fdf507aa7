/** The handlers of topics: clients that hear them, and clients that publish. */
@NullMarked
package app.rcommerce.gateway.server.events;

import org.jspecify.annotations.NullMarked;
