/** The reader of a configuration as a whole, and one reader for each table. */
@NullMarked
package app.rcommerce.gateway.config.table;

import org.jspecify.annotations.NullMarked;
