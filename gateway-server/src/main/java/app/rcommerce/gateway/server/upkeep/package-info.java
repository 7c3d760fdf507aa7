/** The work that the gateway does for itself, apart from requests, and that another node goes on with. */
@NullMarked
package app.rcommerce.gateway.server.upkeep;

import org.jspecify.annotations.NullMarked;
