package app.rcommerce.gateway.store;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A source of notices about what changes in a store, whoever changes it, so that near copies need not ask. Safe for any
 * thread.
 */
public interface Tracking {

    /** The kinds of entries whose changes are told. */
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
        REPLY,
        /** A login session, by its id. */
        SESSION
    }

    /** A source that tells of nothing, so that near copies believe an answer for a configured time. */
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

    /** The epoch to which an answer to a request of now belongs; null while changes are not told. */
    @Nullable
    Epoch epoch();

    /**
     * Adds a listener that is told the name of each entry that changes, on a thread of the store's choice; it must
     * neither block nor throw. A change of all entries at once is not told by names; the epoch ends instead.
     */
    void listen(Kind kind, Consumer<String> changed);
}
