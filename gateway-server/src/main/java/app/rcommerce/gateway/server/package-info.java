/** The process: its entry point, the commands that start a gateway, signals, and the start itself. */
@NullMarked
package app.rcommerce.gateway.server;

import org.jspecify.annotations.NullMarked;
