/** Connections to upstreams: pools, streams, address resolution, and their failures. */
@NullMarked
package app.rcommerce.gateway.server.upstream;

import org.jspecify.annotations.NullMarked;
