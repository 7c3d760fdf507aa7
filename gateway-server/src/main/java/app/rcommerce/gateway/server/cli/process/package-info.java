/** The commands that show or change the running process and its configuration. */
@NullMarked
package app.rcommerce.gateway.server.cli.process;

import org.jspecify.annotations.NullMarked;
