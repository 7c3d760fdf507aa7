/** The side that faces origins: connections, pools and failures. */
@NullMarked
package app.rcommerce.gateway.server.upstream;

import org.jspecify.annotations.NullMarked;
