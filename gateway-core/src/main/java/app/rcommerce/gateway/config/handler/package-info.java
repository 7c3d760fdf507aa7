/** The readers of the handlers that a route can name, one a kind. */
@NullMarked
package app.rcommerce.gateway.config.handler;

import org.jspecify.annotations.NullMarked;
