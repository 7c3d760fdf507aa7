/** A small sample shop to try the gateway with. */
@NullMarked
package app.rcommerce.gateway.server.demo;

import org.jspecify.annotations.NullMarked;
