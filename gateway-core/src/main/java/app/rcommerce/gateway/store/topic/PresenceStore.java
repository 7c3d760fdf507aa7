package app.rcommerce.gateway.store.topic;

import app.rcommerce.gateway.store.StoreUnavailable;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Who hears a topic, as each node tells of itself. What a node has told ends by itself, since the node may die. Stages
 * fail with {@link StoreUnavailable} and nothing else. Safe for any thread.
 */
public interface PresenceStore {

    /** The most names that a node tells of one topic, and that are found. */
    int MOST = 1_000;

    /**
     * Who is there. Immutable.
     *
     * @param who identifiers, such as {@code user:42}, each once
     * @param others how many clients are not named: those of whom nothing is known, and those beyond {@link #MOST}
     */
    record Presence(List<String> who, long others) {

        /** Nobody. */
        public static final Presence NOBODY = new Presence(List.of(), 0);

        public Presence {
            who = List.copyOf(who);
        }
    }

    /** Those of several nodes together. */
    static Presence joined(Collection<Presence> nodes) {
        Set<String> who = new LinkedHashSet<>();
        long others = 0;
        for (Presence there : nodes) {
            others += there.others();
            for (String one : there.who()) {
                if (who.size() < MOST) {
                    who.add(one);
                } else if (!who.contains(one)) {
                    others++;
                }
            }
        }
        return new Presence(List.copyOf(who), others);
    }

    /** Tells who hears a topic on a node from now on, in place of what it has told before; it holds for so long. */
    CompletionStage<Void> tell(String topic, String node, Presence there, Duration life);

    /** Who hears a topic on all nodes. */
    CompletionStage<Presence> find(String topic);
}
