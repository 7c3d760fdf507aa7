/** The admin port: metrics, health, and the operations by which the gateway is changed while it runs. */
@NullMarked
package app.rcommerce.gateway.server.admin;

import org.jspecify.annotations.NullMarked;
