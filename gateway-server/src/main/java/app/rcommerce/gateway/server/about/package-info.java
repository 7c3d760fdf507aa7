/** What runs here. */
@NullMarked
package app.rcommerce.gateway.server.about;

import org.jspecify.annotations.NullMarked;
