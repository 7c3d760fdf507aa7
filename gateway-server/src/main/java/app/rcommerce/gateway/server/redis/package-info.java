/** The backend on Redis: its settings, its state and its memory. */
@NullMarked
package app.rcommerce.gateway.server.redis;

import org.jspecify.annotations.NullMarked;
