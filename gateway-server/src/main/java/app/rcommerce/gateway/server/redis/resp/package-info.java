/** Connections of the gateway's own to Redis: RESP as it is written and read. Knows no command and no key. */
@NullMarked
package app.rcommerce.gateway.server.redis.resp;

import org.jspecify.annotations.NullMarked;
