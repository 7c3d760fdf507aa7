/** What this node remembers of requests that it refused or that went wrong, and the search among all nodes. */
@NullMarked
package app.rcommerce.gateway.server.refusals;

import org.jspecify.annotations.NullMarked;
