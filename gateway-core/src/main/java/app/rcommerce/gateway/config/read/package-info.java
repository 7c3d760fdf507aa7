/** What the readers of tables read from and report to: files, sections, forms and problems with their positions. */
@NullMarked
package app.rcommerce.gateway.config.read;

import org.jspecify.annotations.NullMarked;
