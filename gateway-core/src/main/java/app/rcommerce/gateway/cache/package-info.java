/** Which replies may be stored and reused: RFC 9111 as pure functions. */
@NullMarked
package app.rcommerce.gateway.cache;

import org.jspecify.annotations.NullMarked;
