/** The access log. */
@NullMarked
package app.rcommerce.gateway.server.log;

import org.jspecify.annotations.NullMarked;
