/** Certificates that the gateway shows to its clients: their chains, keys and names, read from PEM. Pure. */
@NullMarked
package app.rcommerce.gateway.tls;

import org.jspecify.annotations.NullMarked;
