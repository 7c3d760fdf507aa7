package app.rcommerce.gateway.server.events.hub;

import app.rcommerce.gateway.topic.Position;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription begins with.
 *
 * @param position from where on everything follows; null where the topic keeps no positions, or nobody knows
 * @param recovered whether that is the position that was asked for; null where none was
 * @param degraded whether messages may be missed until a reset is told
 */
public record Joined(@Nullable Position position, @Nullable Boolean recovered, boolean degraded) {

    /** Whether the client has to be told of a gap. */
    public boolean isGap() {
        return Boolean.FALSE.equals(recovered);
    }
}
