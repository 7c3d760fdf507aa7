/** Messages independent of the version of HTTP, the removal of hop-by-hop fields, and the reasons for failures. */
@NullMarked
package app.rcommerce.gateway.server.message;

import org.jspecify.annotations.NullMarked;
