/** Stored replies: what is answered from them, and what makes them worthless. */
@NullMarked
package app.rcommerce.gateway.policy.reply;

import org.jspecify.annotations.NullMarked;
