/** Login sessions: what is read of their records, where requests carry them, and when a page may use them. */
@NullMarked
package app.rcommerce.gateway.session;

import org.jspecify.annotations.NullMarked;
