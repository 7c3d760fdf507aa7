/** Topics by Server-Sent Events. */
@NullMarked
package app.rcommerce.gateway.server.events.stream;

import org.jspecify.annotations.NullMarked;
