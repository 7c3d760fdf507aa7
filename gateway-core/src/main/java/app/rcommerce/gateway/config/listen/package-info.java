/** The sockets on which clients are served. Immutable. */
@NullMarked
package app.rcommerce.gateway.config.listen;

import org.jspecify.annotations.NullMarked;
