/** Routes, their handlers, and the matching of requests to routes. */
@NullMarked
package app.rcommerce.gateway.route;

import org.jspecify.annotations.NullMarked;
