/** The records of open WebSockets: what they say, and the forms in which they stand in a shared store. */
@NullMarked
package app.rcommerce.gateway.socket;

import org.jspecify.annotations.NullMarked;
