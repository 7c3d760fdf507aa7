/**
 * Rate limits as they are configured: rates, quotas, keys, conditions and bans, and the meters that are made from them.
 */
@NullMarked
package app.rcommerce.gateway.limit;

import org.jspecify.annotations.NullMarked;
