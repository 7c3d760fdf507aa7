/** Where clients connect, and how many may. */
@NullMarked
package app.rcommerce.gateway.server.listen;

import org.jspecify.annotations.NullMarked;
