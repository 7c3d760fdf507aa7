/** TLS towards clients: certificates by name, handshakes, session tickets. */
@NullMarked
package app.rcommerce.gateway.server.tls;

import org.jspecify.annotations.NullMarked;
