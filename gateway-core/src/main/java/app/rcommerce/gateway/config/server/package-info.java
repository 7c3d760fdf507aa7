/** Reads {@code [server]} and the tables below it, and the certificates that they name. */
@NullMarked
package app.rcommerce.gateway.config.server;

import org.jspecify.annotations.NullMarked;
