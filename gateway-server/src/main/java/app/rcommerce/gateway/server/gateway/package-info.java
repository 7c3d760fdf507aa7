/** The running gateway: start, wiring, reload and stop. It is the only package that knows all others. */
@NullMarked
package app.rcommerce.gateway.server.gateway;

import org.jspecify.annotations.NullMarked;
