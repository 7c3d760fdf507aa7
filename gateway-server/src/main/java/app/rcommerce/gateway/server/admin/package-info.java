/** The admin port: metrics, health and what operators change while the gateway runs. */
@NullMarked
package app.rcommerce.gateway.server.admin;

import org.jspecify.annotations.NullMarked;
