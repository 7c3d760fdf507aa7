/** The configuration as records, one a table, and what is shown of it. */
@NullMarked
package app.rcommerce.gateway.config;

import org.jspecify.annotations.NullMarked;
