/**
 * The rules of HTTP caching (RFC 9111) as pure functions: which replies may be stored, and which stored ones may be
 * reused.
 */
@NullMarked
package app.rcommerce.gateway.cache;

import org.jspecify.annotations.NullMarked;
