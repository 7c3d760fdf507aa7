package app.rcommerce.gateway.limit.local;

import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Known;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that the store has not answered, for which {@link LocalQuota} decides. Immutable.
 *
 * @param meters as the store counts them
 * @param shares the same meters with this node's share of each quota, in the same order
 * @param known the store's last answer about each meter; null where this node has none
 * @param permits at least 1
 * @param nodes how many nodes share the quotas, at least 1
 * @param why why this node is asked
 */
public record LocalRequest(
        Meters meters, Meters shares, List<@Nullable Known> known, long permits, int nodes, Why why) {

    /** The reason why this node decides in place of the store. */
    public enum Why {
        /** The store was asked, and may answer yet. */
        LATE,
        /** The store was not asked: it is known to be away. */
        AWAY,
        /** The store answers, and is being told of what was admitted while it was away. */
        TOLD
    }
}
