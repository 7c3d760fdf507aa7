/** The commands that ask or change a running gateway, or check a configuration. */
@NullMarked
package app.rcommerce.gateway.server.cli;

import org.jspecify.annotations.NullMarked;
