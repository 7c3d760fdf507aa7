/** Where the keys that tokens are verified with are fetched. */
@NullMarked
package app.rcommerce.gateway.server.token;

import org.jspecify.annotations.NullMarked;
