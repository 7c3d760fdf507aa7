/** Blocked identifiers and address ranges. */
@NullMarked
package app.rcommerce.gateway.block;

import org.jspecify.annotations.NullMarked;
