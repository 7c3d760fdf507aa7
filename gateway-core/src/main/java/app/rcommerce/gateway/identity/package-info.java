/** Who is calling: addresses, credentials, scopes, and the identifier each is counted and blocked under. */
@NullMarked
package app.rcommerce.gateway.identity;

import org.jspecify.annotations.NullMarked;
