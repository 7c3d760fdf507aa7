/** The configuration in force as settings: to be shown without its secrets, compared, and told apart by a hash. */
@NullMarked
package app.rcommerce.gateway.config.effective;

import org.jspecify.annotations.NullMarked;
