/** The readers of the tables, one each, beneath the one that reads a configuration as a whole. */
@NullMarked
package app.rcommerce.gateway.config.table;

import org.jspecify.annotations.NullMarked;
