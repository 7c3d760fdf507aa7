/** Stored replies in the way of a call: their use, and their invalidation. */
@NullMarked
package app.rcommerce.gateway.policy.reply;

import org.jspecify.annotations.NullMarked;
