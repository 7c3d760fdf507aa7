/** The commands about topics. */
@NullMarked
package app.rcommerce.gateway.server.cli.topic;

import org.jspecify.annotations.NullMarked;
