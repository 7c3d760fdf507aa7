/** The readers of {@code [cache]} and of the tables below it. */
@NullMarked
package app.rcommerce.gateway.config.cache;

import org.jspecify.annotations.NullMarked;
