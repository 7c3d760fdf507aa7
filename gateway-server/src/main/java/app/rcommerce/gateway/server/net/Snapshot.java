package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.policy.PolicyOrder;
import app.rcommerce.gateway.policy.access.Bans;
import app.rcommerce.gateway.policy.reply.StoredTargets;
import app.rcommerce.gateway.server.upstream.Upstreams;

/**
 * Everything a request is handled under: one configuration, compiled. Taken once per request, so that a reload never
 * falls between two of its decisions. Immutable.
 *
 * @param server bounds and time-outs
 * @param policies what is decided, in order
 * @param bans told of every answer
 * @param upstreams where requests are sent
 * @param fills replies on their way into the cache
 * @param targets which stored replies an answer makes worthless
 */
public record Snapshot(
        ServerConfig server,
        PolicyOrder policies,
        Bans bans,
        Upstreams upstreams,
        Fills fills,
        StoredTargets targets) {}
