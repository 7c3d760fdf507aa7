/** What is told of the delivery of topics. */
@NullMarked
package app.rcommerce.gateway.server.exchange.events;

import org.jspecify.annotations.NullMarked;
