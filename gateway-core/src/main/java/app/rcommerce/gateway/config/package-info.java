/** The configuration as records, one for each table, and its text forms. */
@NullMarked
package app.rcommerce.gateway.config;

import org.jspecify.annotations.NullMarked;
