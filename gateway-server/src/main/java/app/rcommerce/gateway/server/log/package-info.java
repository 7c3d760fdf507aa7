/** The access log, and where logs go. */
@NullMarked
package app.rcommerce.gateway.server.log;

import org.jspecify.annotations.NullMarked;
