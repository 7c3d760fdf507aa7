/** The small interfaces to shared state, each with what belongs to it. */
@NullMarked
package app.rcommerce.gateway.store;

import org.jspecify.annotations.NullMarked;
