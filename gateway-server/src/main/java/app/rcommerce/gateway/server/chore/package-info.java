/** Periodic tasks. */
@NullMarked
package app.rcommerce.gateway.server.chore;

import org.jspecify.annotations.NullMarked;
