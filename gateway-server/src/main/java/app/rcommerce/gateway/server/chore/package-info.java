/** What is done again and again. */
@NullMarked
package app.rcommerce.gateway.server.chore;

import org.jspecify.annotations.NullMarked;
