/** The handlers that answer without an upstream, and the factory of all kinds of handlings. */
@NullMarked
package app.rcommerce.gateway.server.handler;

import org.jspecify.annotations.NullMarked;
