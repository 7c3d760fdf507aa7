/** The decisions on one request, in order. */
@NullMarked
package app.rcommerce.gateway.policy;

import org.jspecify.annotations.NullMarked;
