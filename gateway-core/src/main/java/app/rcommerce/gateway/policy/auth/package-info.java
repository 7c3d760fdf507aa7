/** Authentication: credentials, and whether they have been revoked. */
@NullMarked
package app.rcommerce.gateway.policy.auth;

import org.jspecify.annotations.NullMarked;
