/** The client side of the admin port: connecting options, the HTTP client, and the printing of results. */
@NullMarked
package app.rcommerce.gateway.server.cli.client;

import org.jspecify.annotations.NullMarked;
