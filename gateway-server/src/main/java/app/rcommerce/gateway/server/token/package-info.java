/** Fetching and caching of the keys with which tokens are verified. */
@NullMarked
package app.rcommerce.gateway.server.token;

import org.jspecify.annotations.NullMarked;
