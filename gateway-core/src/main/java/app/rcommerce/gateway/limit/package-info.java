/** Rate limits as they are configured: rates, quotas, what callers are counted by, and the meters that follow. */
@NullMarked
package app.rcommerce.gateway.limit;

import org.jspecify.annotations.NullMarked;
