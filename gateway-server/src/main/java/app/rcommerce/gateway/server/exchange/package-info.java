/**
 * Exchanges: one request from its head to the end of its response, independent of the version of HTTP and of the
 * handler.
 */
@NullMarked
package app.rcommerce.gateway.server.exchange;

import org.jspecify.annotations.NullMarked;
