/** JMH benchmarks of single classes: the time that a request costs in them. */
@NullMarked
package app.rcommerce.gateway.benchmarks;

import org.jspecify.annotations.NullMarked;
