/** JMH benchmarks of the core: what a request costs before any byte is sent. */
@NullMarked
package app.rcommerce.gateway.benchmarks;

import org.jspecify.annotations.NullMarked;
