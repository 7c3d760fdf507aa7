/** Load balancing over the servers of an upstream, and the circuit breaker in front of a server. */
@NullMarked
package app.rcommerce.gateway.balance;

import org.jspecify.annotations.NullMarked;
