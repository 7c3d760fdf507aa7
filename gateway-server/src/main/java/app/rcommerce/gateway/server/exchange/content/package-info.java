/** Content of requests that is wanted whole. */
@NullMarked
package app.rcommerce.gateway.server.exchange.content;

import org.jspecify.annotations.NullMarked;
