package app.rcommerce.gateway.server.upkeep;

import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.backend.OtherNodes;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The removal of stored replies, of which every node is told. Safe for any thread. */
public final class ReplyPurge {

    /** The topic of messages to nodes that must not store what they are fetching. */
    public static final String TOPIC = "purge";

    private static final Logger LOG = LoggerFactory.getLogger(ReplyPurge.class);

    private final Backend backend;
    private final Runnable purging;

    /**
     * Purges of the replies that a backend stores.
     *
     * @param purging run before stored replies are removed and once more afterwards: what this node is fetching
     *     meanwhile must not be stored
     */
    public ReplyPurge(Backend backend, Runnable purging) {
        this.backend = backend;
        this.purging = purging;
    }

    /** Removes the stored replies whose path matches, or all; tells how many. To do it twice does no harm. */
    public CompletionStage<Long> purge(@Nullable PathPattern paths) {
        return tell().thenCompose(told -> backend.stores().replies().purge(paths))
                .thenCompose(purged -> tell().thenApply(told -> {
                    LOG.info("{} stored replies purged: {}", purged, paths == null ? "all" : paths);
                    return purged;
                }));
    }

    /** Tells this node, and the others where they can be reached, not to store what they are fetching at the moment. */
    private CompletionStage<Boolean> tell() {
        purging.run();
        return OtherNodes.tell(backend, TOPIC, "");
    }
}
