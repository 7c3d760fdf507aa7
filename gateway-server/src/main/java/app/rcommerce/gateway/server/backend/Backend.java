package app.rcommerce.gateway.server.backend;

import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.memory.MemoryNodeChannel;
import app.rcommerce.gateway.store.memory.MemoryStores;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.time.Clock;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The store of shared state: this process's memory, or Redis. Safe for any thread. */
public interface Backend extends AutoCloseable {

    /** The state of the connection to the store, as operators see it. */
    enum State {
        /** The store answers. */
        CONNECTED,
        /** The store does not answer; it is being tried again and again. */
        RECONNECTING,
        /** The store refuses the gateway for a reason that retrying does not remove, such as a wrong password. */
        FAILED,
        /** Every connection is in use. */
        EXHAUSTED;

        /** The name in lower case, as metrics and JSON show it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The stores. */
    Stores stores();

    /** The source of change notifications from the stores. */
    Tracking tracking();

    /**
     * The state of {@link #tracking} as a text: {@code none}, {@code active}, or {@code off: } with the reason, without
     * secrets.
     */
    String trackingText();

    /** Whether {@link #tracking} has settled: the store tells changes, or has refused to. */
    boolean isTrackingSettled();

    /** The channel over which nodes send each other messages. */
    NodeChannel nodeChannel();

    /** How many nodes share the store, as it has last told; 0 while it has not. */
    int nodes();

    /** How many keys the store has removed, for want of memory, while this node looked; 0 where it never does. */
    long evictedKeys();

    /** How many connections to the store are in use at the moment; 0 where there are none. */
    int connectionsInUse();

    /** The state of the connection. */
    State state();

    /** Why the state is not {@link State#CONNECTED}, in a few words without secrets; empty where it is. */
    String detail();

    /** Pings the store; completes with the state, never exceptionally. */
    CompletionStage<State> probe();

    @Override
    void close();

    /** A backend in the memory of this process, but for queues of jobs. */
    static Backend memory(Clock clock, long replyBytes, JobStore jobs) {
        Stores stores = MemoryStores.of(clock, replyBytes, jobs);
        NodeChannel nodeChannel = new MemoryNodeChannel();
        return new Backend() {
            @Override
            public Stores stores() {
                return stores;
            }

            @Override
            public Tracking tracking() {
                return Tracking.NONE;
            }

            @Override
            public String trackingText() {
                return "none";
            }

            @Override
            public boolean isTrackingSettled() {
                return true;
            }

            @Override
            public NodeChannel nodeChannel() {
                return nodeChannel;
            }

            @Override
            public int nodes() {
                return 1;
            }

            @Override
            public long evictedKeys() {
                return 0;
            }

            @Override
            public int connectionsInUse() {
                return 0;
            }

            @Override
            public State state() {
                return State.CONNECTED;
            }

            @Override
            public String detail() {
                return "";
            }

            @Override
            public CompletionStage<State> probe() {
                return CompletableFuture.completedFuture(State.CONNECTED);
            }

            @Override
            public void close() {
                // Nothing to close.
            }
        };
    }
}
