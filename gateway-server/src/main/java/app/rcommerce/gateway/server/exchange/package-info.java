/** One request from its head to the end of its answer, whatever version of HTTP and whichever handler. */
@NullMarked
package app.rcommerce.gateway.server.exchange;

import org.jspecify.annotations.NullMarked;
