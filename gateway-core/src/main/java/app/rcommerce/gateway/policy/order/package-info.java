/** The wiring of the policies of a configuration, and their order. */
@NullMarked
package app.rcommerce.gateway.policy.order;

import org.jspecify.annotations.NullMarked;
