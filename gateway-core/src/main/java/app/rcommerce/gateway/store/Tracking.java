package app.rcommerce.gateway.store;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells what changes in a store, whoever changes it, so that near copies need not ask. Safe for any thread. */
public interface Tracking {

    /** What is told of. */
    enum Kind {
        /** An entry of the block list, by its identifier as it is written. */
        BLOCK,
        /** The blocked ranges as a whole; the name is empty. */
        RANGES,
        /** A revoked token, by its id. */
        TOKEN,
        /** The cut-off of a subject, by its identifier as it is written. */
        CUTOFF,
        /** A stored reply, by its digest. */
        REPLY
    }

    /** Where nothing is told: near copies believe an answer for a configured time. */
    Tracking NONE = new Tracking() {
        @Override
        public @Nullable Epoch epoch() {
            return null;
        }

        @Override
        public void listen(Kind kind, Consumer<String> changed) {
            // Nothing is ever told.
        }
    };

    /** The epoch that an answer to what is asked now belongs to; null while changes are not told. */
    @Nullable
    Epoch epoch();

    /**
     * Hears the name of whatever changes, on a thread of the store's choice; neither blocks nor throws. A change of
     * everything at once is not told by names: the epoch ends.
     */
    void listen(Kind kind, Consumer<String> changed);
}
