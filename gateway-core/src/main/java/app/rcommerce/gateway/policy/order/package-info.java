/** The policies of a configuration, put into their order. */
@NullMarked
package app.rcommerce.gateway.policy.order;

import org.jspecify.annotations.NullMarked;
