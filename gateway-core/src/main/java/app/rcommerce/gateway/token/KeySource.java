package app.rcommerce.gateway.token;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A source of verification keys, such as a fixed set or a JWKS URL whose keys change. Safe for any thread. */
public interface KeySource {

    /** The keys that are known now; never waits. */
    KeySet current();

    /**
     * Looks for newer keys, unless the source has done so too recently. Completes with the keys that are then known:
     * the old ones where it has not looked or the look has failed. The stage never completes exceptionally.
     */
    CompletionStage<KeySet> refresh();

    /** A source whose keys never change. */
    static KeySource fixed(KeySet keys) {
        return new KeySource() {
            @Override
            public KeySet current() {
                return keys;
            }

            @Override
            public CompletionStage<KeySet> refresh() {
                return CompletableFuture.completedStage(keys);
            }
        };
    }
}
