/** The commands that show or change the running process and its configuration, and why, which asks what it did. */
@NullMarked
package app.rcommerce.gateway.server.cli.process;

import org.jspecify.annotations.NullMarked;
