/** The access log, and the setup of logging. */
@NullMarked
package app.rcommerce.gateway.server.log;

import org.jspecify.annotations.NullMarked;
