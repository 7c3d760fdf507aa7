/** What the readers of tables read from and report to: files, sections, forms and problems with their places. */
@NullMarked
package app.rcommerce.gateway.config.read;

import org.jspecify.annotations.NullMarked;
