/** The small interfaces to shared state, and their versions in memory. */
@NullMarked
package app.rcommerce.gateway.store;

import org.jspecify.annotations.NullMarked;
