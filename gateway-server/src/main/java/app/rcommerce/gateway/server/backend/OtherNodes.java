package app.rcommerce.gateway.server.backend;

import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other nodes, as far as they are told of what has been done here. Stateless; safe for any thread. */
public final class OtherNodes {

    private static final Logger LOG = LoggerFactory.getLogger(OtherNodes.class);

    private OtherNodes() {}

    /**
     * Tells them, where they can be reached, and the log where they cannot; the stage tells which, and does not fail.
     */
    public static CompletionStage<Boolean> tell(Backend backend, String topic, String text) {
        return backend.nodeChannel().publish(topic, text).handle((done, failure) -> {
            if (failure != null) {
                LOG.warn("other nodes cannot be told of a {}: {}", topic, failure.getMessage());
            }
            return failure == null;
        });
    }
}
