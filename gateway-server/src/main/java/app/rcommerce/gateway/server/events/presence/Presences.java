package app.rcommerce.gateway.server.events.presence;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.topic.PresenceStore;
import app.rcommerce.gateway.store.topic.PresenceStore.Presence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who hears those topics on this node of which that is counted. The store is told of changes once a second, and of the
 * rest now and then, since what it has been told ends by itself. Safe for any thread.
 */
public final class Presences {

    /** How often {@link #tell} is to be called, in milliseconds. */
    public static final long TELL_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Presences.class);
    private static final Duration LIFE = Duration.ofSeconds(15);
    /** Of what has not changed the store is told each so many times. */
    private static final int SELDOM = 5;

    private static final String NOBODY_KNOWN = "";

    private final PresenceStore store;
    private final String node;
    /** How many clients of each topic there are by their names. */
    private final Map<String, Map<String, Integer>> topics = new HashMap<>();

    private final Set<String> changed = new HashSet<>();
    private int told;

    /** Presences on the node of this name. */
    public Presences(PresenceStore store, String node) {
        this.store = store;
        this.node = node;
    }

    /** What a caller is called: an identifier, or the empty text. */
    public static String nameOf(Caller caller) {
        Identifier closest = caller.closest();
        return closest == null ? NOBODY_KNOWN : closest.toString();
    }

    /** A client of this name hears a topic. */
    public synchronized void join(String topic, String who) {
        topics.computeIfAbsent(topic, name -> new LinkedHashMap<>()).merge(who, 1, Integer::sum);
        changed.add(topic);
    }

    /** A client of this name hears it no more. */
    public synchronized void leave(String topic, String who) {
        Map<String, Integer> there = topics.get(topic);
        if (there != null) {
            there.computeIfPresent(who, (name, count) -> count == 1 ? null : count - 1);
            if (there.isEmpty()) {
                topics.remove(topic);
            }
            changed.add(topic);
        }
    }

    /** Who hears a topic on all nodes. */
    public CompletionStage<Presence> find(String topic) {
        return store.find(topic);
    }

    /** Tells the store what has changed, and now and then everything. */
    public void tell() {
        Map<String, Presence> news = new HashMap<>();
        synchronized (this) {
            told++;
            Set<String> names = new HashSet<>(changed);
            changed.clear();
            if (told % SELDOM == 0) {
                names.addAll(topics.keySet());
            }
            names.forEach(name -> news.put(name, there(topics.getOrDefault(name, Map.of()))));
        }
        news.forEach((topic, there) -> store.tell(topic, node, there, LIFE).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("the store cannot be told who hears {}: {}", topic, failure.getMessage());
                again(topic);
            }
        }));
    }

    private synchronized void again(String topic) {
        changed.add(topic);
    }

    private static Presence there(Map<String, Integer> counts) {
        List<String> who = new ArrayList<>();
        long others = 0;
        for (Map.Entry<String, Integer> one : counts.entrySet()) {
            if (one.getKey().equals(NOBODY_KNOWN)) {
                others += one.getValue();
            } else if (who.size() < PresenceStore.MOST) {
                who.add(one.getKey());
            } else {
                others++;
            }
        }
        return new Presence(who, others);
    }
}
