/** The store of the records of WebSockets. */
@NullMarked
package app.rcommerce.gateway.store.socket;

import org.jspecify.annotations.NullMarked;
