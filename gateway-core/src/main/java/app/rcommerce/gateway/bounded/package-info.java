/** Maps with a bound. */
@NullMarked
package app.rcommerce.gateway.bounded;

import org.jspecify.annotations.NullMarked;
