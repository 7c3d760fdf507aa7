package app.rcommerce.gateway.token;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where keys come from. Any thread may call. */
public interface KeySource {

    /** The keys at hand; never waits. */
    KeySet current();

    /**
     * Looks for newer keys, as often as the source sees fit: the keys at hand once it has looked, the old ones where it
     * would not or could not. The stage never completes exceptionally.
     */
    CompletionStage<KeySet> refresh();

    /** Keys that never change. */
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
