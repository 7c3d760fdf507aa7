/** Callers: addresses, credentials, scopes, and the identifiers under which they are counted and blocked. */
@NullMarked
package app.rcommerce.gateway.identity;

import org.jspecify.annotations.NullMarked;
