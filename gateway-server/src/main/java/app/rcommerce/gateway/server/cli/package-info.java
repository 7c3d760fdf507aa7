/** The commands. */
@NullMarked
package app.rcommerce.gateway.server.cli;

import org.jspecify.annotations.NullMarked;
