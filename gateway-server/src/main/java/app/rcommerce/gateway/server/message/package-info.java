/** Messages of no version of HTTP, what ends where they enter, and why an exchange may fail. */
@NullMarked
package app.rcommerce.gateway.server.message;

import org.jspecify.annotations.NullMarked;
