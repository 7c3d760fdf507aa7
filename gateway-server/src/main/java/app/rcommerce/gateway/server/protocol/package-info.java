/** The checks of requests that do not depend on the version of HTTP. */
@NullMarked
package app.rcommerce.gateway.server.protocol;

import org.jspecify.annotations.NullMarked;
