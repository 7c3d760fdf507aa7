/** TOML with positions; the only package that knows the parser. */
@NullMarked
package app.rcommerce.gateway.toml;

import org.jspecify.annotations.NullMarked;
