/** The policies that decide about a request, their verdicts, and the replies that they make. */
@NullMarked
package app.rcommerce.gateway.policy;

import org.jspecify.annotations.NullMarked;
