/** The running gateway: its only wiring, and the commands. */
@NullMarked
package app.rcommerce.gateway.server;

import org.jspecify.annotations.NullMarked;
