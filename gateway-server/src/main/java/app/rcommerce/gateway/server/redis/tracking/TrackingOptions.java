package app.rcommerce.gateway.server.redis.tracking;

import app.rcommerce.gateway.server.redis.push.PushOptions;
import java.util.List;

/**
 * The options of a backend's tracking connections.
 *
 * @param push how they are made
 * @param prefixes of the keys whose changes are told
 * @param channel the name of the channel of messages
 * @param fallback what holds while changes are not told, as operators know it, such as {@code near_ttl = 500ms}
 */
public record TrackingOptions(PushOptions push, List<String> prefixes, String channel, String fallback) {}
