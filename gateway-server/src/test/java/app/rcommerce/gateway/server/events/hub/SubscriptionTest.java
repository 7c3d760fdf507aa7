package app.rcommerce.gateway.server.events.hub;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.access.OpenSocketCheck;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.events.presence.Presences;
import app.rcommerce.gateway.server.exchange.events.EventsMeter;
import app.rcommerce.gateway.server.exchange.websocket.Ending;
import app.rcommerce.gateway.server.exchange.websocket.Tenure;
import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.memory.MemoryBlockStore;
import app.rcommerce.gateway.store.memory.MemoryPresenceStore;
import app.rcommerce.gateway.store.memory.MemoryRevocationStore;
import app.rcommerce.gateway.store.memory.MemorySessionStore;
import app.rcommerce.gateway.store.near.Near;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.store.topic.Replay;
import app.rcommerce.gateway.store.topic.TopicListener;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import app.rcommerce.gateway.topic.TopicRules;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client is told of a topic whose store loses it, begins anew, answers late, or not at all. */
@Timeout(20)
class SubscriptionTest {

    /** A store that does what it is told. */
    private static final class Script implements TopicStore {
        private final List<TopicListener> listeners = new ArrayList<>();
        private final List<@Nullable Position> asked = new ArrayList<>();
        private final List<CompletableFuture<Replay>> answers = new ArrayList<>();

        @Override
        public CompletionStage<@Nullable Position> publish(TopicFeed feed, String data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Listening listen(TopicFeed feed, TopicListener listener) {
            listeners.add(listener);
            return () -> {};
        }

        @Override
        public CompletionStage<Replay> replay(TopicFeed feed, @Nullable Position since) {
            asked.add(since);
            answers.add(new CompletableFuture<>());
            return answers.getLast();
        }

        @Override
        public CompletionStage<Replay> newest(TopicFeed feed) {
            return replay(feed, null);
        }
    }

    /** A client that notes what it is told. */
    private static class Client extends Subscriber {
        private final List<String> told = new ArrayList<>();
        private long pending;

        Client(Terms terms, EventLoop loop) {
            super(terms, loop, EventsMeter.Kind.SSE);
            come();
        }

        void hear(TopicRules.Granted topic, @Nullable Position since) {
            subscribe(topic, since);
        }

        void end() {
            leave();
        }

        @Override
        protected void joined(Subscription subscription, Joined how) {
            told.add("joined " + how.position() + (how.recovered() == null ? "" : " " + how.recovered())
                    + (how.degraded() ? " degraded" : ""));
            subscription.start();
        }

        @Override
        protected ByteBuf bytes(Subscription subscription, Delivery delivery) {
            told.add(delivery.position() + " at " + subscription.position());
            return delivery.event();
        }

        @Override
        protected void reset(Subscription subscription, @Nullable Position position) {
            told.add("reset " + position);
        }

        @Override
        protected void send(ByteBuf bytes) {
            bytes.release();
        }

        @Override
        protected long pending() {
            return pending;
        }

        @Override
        protected void tooSlow(String why) {
            told.add(why);
            stopHearing();
        }

        @Override
        protected void lose(Ending why) {
            told.add("lost");
        }

        @Override
        protected void reconfigured() {
            told.add("reconfigured");
        }

        @Override
        protected void stopping() {
            told.add("stopping");
        }

        @Override
        protected void expiring(long seconds) {
            told.add("expiring");
        }

        @Override
        protected void look(long nowNanos) {
            // Nothing is to be done.
        }

        @Override
        protected void flushChannel() {
            // Nothing is kept.
        }
    }

    private static final String CONFIG = """
            [server]
            listen = ["127.0.0.1:0"]
            [[routes]]
            name = "events"
            path = "/events"
            handler = "events"
            topics = ["news", { name = "prices", mode = "latest" }, { name = "ticks", delivery = "live" }]
            queue = "16KB"
            """;

    private final EventLoop loop = new DefaultEventLoop();
    private final Script store = new Script();
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private Hub hub;
    private Handler.Events events;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        GatewayConfig config = TestGateway.config(CONFIG);
        events = (Handler.Events) config.routes().getFirst().handler();
        Clock clock = Clock.system();
        Outbox outbox = new Outbox(loop);
        hub = new Hub(
                store, new Presences(new MemoryPresenceStore(clock), "node"), budget, EventsMeter.NONE, any -> outbox);
        Near near = new Near(Tracking.NONE, Duration.ofHours(1), false);
        OpenSocketCheck check = new OpenSocketCheck(
                config,
                new NearBlockList(new MemoryBlockStore(clock), near, clock),
                new NearRevocations(new MemoryRevocationStore(clock), near, clock),
                new NearSessions(new MemorySessionStore(clock), near, clock),
                clock);
        Call call = new Call(request(), "id", new byte[4]);
        call.clientFound(new byte[4], Identifier.ip("0.0.0.0"), Identifier.ip("0.0.0.0"));
        call.routed(config.routes().getFirst());
        Tenure tenure = new Tenure(check.standing(call), null);
        client = on(() -> new Client(new Subscriber.Terms(hub, events, tenure, () -> null), loop));
    }

    @AfterEach
    void nothingIsKept() throws Exception {
        on(() -> {
            client.end();
            return client;
        });
        assertThat(budget.used()).isZero();
        loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).sync();
    }

    private static Request request() {
        return new Request() {
            @Override
            public String method() {
                return "GET";
            }

            @Override
            public Target target() {
                return new Target("/events", null);
            }

            @Override
            public String host() {
                return "";
            }

            @Override
            public String authority() {
                return "";
            }

            @Override
            public Headers headers() {
                throw new UnsupportedOperationException();
            }
        };
    }

    private <T> T on(java.util.concurrent.Callable<T> what) throws Exception {
        return loop.submit(what).get();
    }

    private static Position at(String text) {
        return Position.parse(text);
    }

    private static TopicMessage message(String position) {
        return new TopicMessage(at(position), "\"" + position + "\"");
    }

    private void hear(String topic, @Nullable String since) throws Exception {
        TopicRules.Granted granted = (TopicRules.Granted) events.topics().answer(topic, Caller.ANONYMOUS);
        on(() -> {
            client.hear(granted, since == null ? null : at(since));
            return client;
        });
    }

    private void heard(String... positions) {
        for (String one : positions) {
            store.listeners.getLast().heard(List.of(message(one)));
        }
    }

    private void answer(boolean recovered, String end, String... positions) {
        store.answers
                .getLast()
                .complete(new Replay(
                        recovered,
                        java.util.Arrays.stream(positions)
                                .map(SubscriptionTest::message)
                                .toList(),
                        at(end)));
    }

    /** What has been told since this was asked last. */
    private List<String> told() throws Exception {
        // What is told goes by the loop's inbox, and then by its turns.
        on(() -> true);
        on(() -> true);
        return on(() -> {
            List<String> all = List.copyOf(client.told);
            client.told.clear();
            return all;
        });
    }

    @Test
    void whoeverHasSeenEverythingIsNotAskedFor() throws Exception {
        hear("news", "a.7");
        assertThat(told()).isEmpty();
        store.listeners.getLast().began(at("a.7"), false);
        assertThat(told()).containsExactly("joined a.7 true");
        heard("a.8");
        assertThat(told()).containsExactly("a.8 at a.8");
        assertThat(store.asked).isEmpty();
    }

    @Test
    void whatComesWhileTheStoreIsAskedFollowsWhatWasMissedOnce() throws Exception {
        hear("news", "a.3");
        store.listeners.getLast().began(at("a.5"), false);
        heard("a.6", "a.7");
        told();
        assertThat(store.asked).containsExactly(at("a.3"));
        // The store has seen more than has been heard, and the rest comes afterwards.
        answer(true, "a.8", "a.4", "a.5", "a.6", "a.7", "a.8");
        assertThat(told())
                .containsExactly(
                        "joined a.3 true", "a.4 at a.4", "a.5 at a.5", "a.6 at a.6", "a.7 at a.7", "a.8 at a.8");
        heard("a.8", "a.9");
        assertThat(told()).containsExactly("a.9 at a.9");
    }

    @Test
    void whatHasComeBehindTheAnswerIsNotLost() throws Exception {
        hear("news", "a.3");
        store.listeners.getLast().began(at("a.4"), false);
        told();
        answer(true, "a.4", "a.4");
        heard("a.5");
        assertThat(told()).containsExactly("joined a.3 true", "a.4 at a.4", "a.5 at a.5");
    }

    @Test
    void whatIsNotKeptIsTold() throws Exception {
        hear("news", "a.3");
        store.listeners.getLast().began(at("a.50"), false);
        heard("a.51");
        told();
        answer(false, "a.51", "a.40", "a.50", "a.51");
        heard("a.52");
        assertThat(told()).containsExactly("joined a.51 false", "a.52 at a.52");
    }

    @Test
    void theNewestIsEnoughWhereThatIsTheMode() throws Exception {
        hear("prices", "a.3");
        store.listeners.getLast().began(at("a.50"), false);
        told();
        answer(false, "a.50");
        assertThat(store.asked).containsExactly(at("a.3"), null);
        answer(false, "a.50", "a.50");
        assertThat(told()).containsExactly("joined a.50 false", "a.50 at a.50");
    }

    @Test
    void aNewEpochIsAResetForWhoeverIsThere() throws Exception {
        hear("news", null);
        store.listeners.getLast().began(at("a.5"), false);
        heard("a.6");
        store.listeners.getLast().began(at("b.0"), false);
        heard("b.1");
        assertThat(told()).containsExactly("joined a.5", "a.6 at a.6", "reset b.0", "b.1 at b.1");
        store.listeners.getLast().lost();
        store.listeners.getLast().began(at("b.1"), true);
        heard("b.2");
        assertThat(told()).containsExactly("b.2 at b.2");
    }

    @Test
    void anEpochThatEndsWhileTheStoreIsAskedIsNotShown() throws Exception {
        hear("news", "a.3");
        store.listeners.getLast().began(at("a.5"), false);
        heard("a.6");
        store.listeners.getLast().began(at("b.0"), false);
        heard("b.1");
        told();
        answer(false, "b.1", "b.1");
        heard("b.2");
        assertThat(told()).containsExactly("joined b.1 false", "b.2 at b.2");
        // The other order: the answer is older than the new epoch.
        hear("news", "b.1");
        told();
        store.listeners.getLast().began(at("c.0"), false);
        told();
        answer(true, "b.2", "b.2");
        heard("c.1");
        assertThat(told()).containsExactly("joined b.1 true", "b.2 at b.2", "reset c.0", "c.1 at c.1");
    }

    @Test
    void whileTheStoreIsAwayNewClientsAreToldSo() throws Exception {
        hear("news", null);
        store.listeners.getLast().began(at("a.5"), false);
        told();
        store.listeners.getLast().lost();
        hear("news", "a.5");
        assertThat(told()).containsExactly("joined null false degraded");
        store.listeners.getLast().began(at("b.0"), false);
        heard("b.1");
        assertThat(told()).containsExactly("reset b.0", "b.1 at b.1");
    }

    @Test
    void aStoreThatNeverBeginsIsNotWaitedForLong() throws Exception {
        hear("news", null);
        for (int i = 0; i < 3; i++) {
            on(() -> {
                client.subscription("news").visit();
                return client;
            });
        }
        assertThat(told()).containsExactly("joined null degraded");
    }

    @Test
    void aStoreThatCannotAnswerDegrades() throws Exception {
        hear("news", "a.1");
        store.listeners.getLast().began(at("a.5"), false);
        told();
        heard("a.6");
        store.answers.getLast().completeExceptionally(new StoreUnavailable("away"));
        assertThat(told()).containsExactly("joined null false degraded", "reset a.5", "a.6 at a.6");
    }

    @Test
    void whoeverWasToldThatMessagesMayBeMissedIsToldOfTheResetEvenWhereNoneWas() throws Exception {
        hear("news", null);
        store.listeners.getLast().began(at("a.5"), false);
        told();
        store.listeners.getLast().lost();
        hear("news", null);
        assertThat(told()).containsExactly("joined null degraded");
        store.listeners.getLast().began(at("a.5"), true);
        assertThat(told()).containsExactly("reset a.5");
        store.listeners.getLast().lost();
        store.listeners.getLast().began(at("a.5"), true);
        assertThat(told()).isEmpty();
    }

    /** Else the others would miss it too, and not be told. */
    @Test
    void aClientThatCannotBeToldLosesItsPlaceAndTheOthersHear() throws Exception {
        hear("news", null);
        store.listeners.getLast().began(at("a.5"), false);
        Client broken = on(() -> new Client(client.terms(), loop) {
            private int sent;

            @Override
            protected void send(ByteBuf bytes) {
                bytes.release();
                if (sent++ == 1) {
                    throw new OutOfMemoryError("no direct memory");
                }
            }
        });
        TopicRules.Granted granted = (TopicRules.Granted) events.topics().answer("news", Caller.ANONYMOUS);
        on(() -> {
            broken.hear(granted, null);
            return broken;
        });
        told();
        heard("a.6", "a.7", "a.8");
        assertThat(told()).containsExactly("a.6 at a.6", "a.7 at a.7", "a.8 at a.8");
        assertThat(broken.told)
                .as("nothing follows what it has missed")
                .containsExactly("joined a.5", "a.6 at a.6", "a.7 at a.7", "a message could not be written");
        on(() -> {
            broken.end();
            return true;
        });
    }

    @Test
    void aTopicWithoutHistoryHasNoPositions() throws Exception {
        hear("ticks", "a.1");
        store.listeners.getLast().began(null, false);
        store.listeners.getLast().heard(List.of(new TopicMessage(null, "1")));
        assertThat(told()).containsExactly("joined null false", "null at null");
        store.listeners.getLast().began(null, false);
        assertThat(told()).containsExactly("reset null");
    }

    @Test
    void whatWasMissedWaitsForASlowClientAndWhatIsHeldIsBounded() throws Exception {
        hear("news", "a.1");
        store.listeners.getLast().began(at("a.3"), false);
        told();
        on(() -> client.pending = 10_000);
        answer(true, "a.3", "a.2", "a.3");
        assertThat(told()).containsExactly("joined a.1 true");
        heard("a.4");
        on(() -> client.pending = 0);
        on(() -> {
            client.drained();
            return client;
        });
        assertThat(told()).containsExactly("a.2 at a.2", "a.3 at a.3", "a.4 at a.4");
        hear("news", "a.2");
        told();
        for (int i = 5; i < 10; i++) {
            store.listeners.getLast().heard(List.of(new TopicMessage(at("a." + i), "\"" + "x".repeat(4_000) + '"')));
        }
        assertThat(told()).containsExactly("too slow");
    }

    @Test
    void whileMemoryIsScarceSlowClientsLoseTheirPlaces() throws Exception {
        hear("news", null);
        store.listeners.getLast().began(at("a.0"), false);
        on(() -> client.pending = 5_000);
        heard("a.1");
        assertThat(told()).containsExactly("joined a.0", "a.1 at a.1");
        budget.take(1 << 20);
        heard("a.2");
        List<String> all = new ArrayList<>(told());
        all.addAll(told());
        assertThat(all).containsExactly("a.2 at a.2", "too slow, and memory is scarce");
        budget.release(1 << 20);
    }

    @Test
    void aTopicIsListenedToOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            hear("news", null);
        }
        assertThat(store.listeners).hasSize(1);
        assertThat(hub.heard()).containsExactly(new Hub.Heard("news", 1, "waiting", null));
    }
}
