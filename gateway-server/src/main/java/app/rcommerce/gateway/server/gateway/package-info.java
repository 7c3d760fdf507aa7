/**
 * The running gateway: its life, its wiring, and the configurations it works under; the only package that knows all.
 */
@NullMarked
package app.rcommerce.gateway.server.gateway;

import org.jspecify.annotations.NullMarked;
