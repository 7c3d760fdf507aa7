/** The limit stores of a node that stand in front of the shared one, and decide most requests without it. */
@NullMarked
package app.rcommerce.gateway.limit.shared;

import org.jspecify.annotations.NullMarked;
