/** Access policies: client addresses, routes, the block list, scopes, and bans. */
@NullMarked
package app.rcommerce.gateway.policy.access;

import org.jspecify.annotations.NullMarked;
