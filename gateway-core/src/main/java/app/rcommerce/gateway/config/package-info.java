/** The configuration: one record a table, and the reader that reports every problem at once. */
@NullMarked
package app.rcommerce.gateway.config;

import org.jspecify.annotations.NullMarked;
