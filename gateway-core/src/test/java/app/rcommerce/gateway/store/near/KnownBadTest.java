package app.rcommerce.gateway.store.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking.Kind;
import app.rcommerce.gateway.store.memory.MemoryBlockStore;
import app.rcommerce.gateway.store.memory.MemoryRevocationStore;
import app.rcommerce.gateway.time.HandClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What is known to be bad stays refused while the store is away, and what was lifted is lifted once that was told: for
 * every kind of entry, and in every order of what may happen.
 */
class KnownBadTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Identifier ANA = Identifier.user("42");
    private static final Subject ANA_SUBJECT = new Subject.One(ANA);
    private static final Subject RANGE = Objects.requireNonNull(Subject.parse("203.0.113.0/24"));
    private static final byte[] ADDRESS = Objects.requireNonNull(Addresses.parse("203.0.113.9"));

    private enum Event {
        /** A request of the caller's comes to this node. */
        ASKED,
        /** Another node lifts the entry, or writes it again. */
        CHANGED,
        /** This node is told of a change. */
        TOLD,
        /** The store goes away. */
        LOST
    }

    private enum Entry {
        BLOCK,
        RANGE,
        TOKEN,
        CUTOFF
    }

    /** A node beside a store that others change behind its back. */
    private static final class Node {
        private final HandClock clock = new HandClock();
        private final MemoryBlockStore blockStore = new MemoryBlockStore(clock);
        private final MemoryRevocationStore revocationStore = new MemoryRevocationStore(clock);
        private final HandTracking tracking = new HandTracking();
        private final NearBlockList blocks;
        private final NearRevocations revocations;
        private final Entry entry;
        private boolean lost;

        Node(Entry entry, boolean strict) {
            this.entry = entry;
            Near near = new Near(tracking, Duration.ofMillis(500), strict);
            blocks = new NearBlockList(losable(BlockStore.class, blockStore), near, clock);
            revocations = new NearRevocations(losable(RevocationStore.class, revocationStore), near, clock);
            tracking.begin();
        }

        private <T> T losable(Class<T> type, T store) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                        if (lost) {
                            return CompletableFuture.failedFuture(new StoreUnavailable("away"));
                        }
                        try {
                            return method.invoke(store, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }));
        }

        void write() {
            switch (entry) {
                case BLOCK -> blockStore.block(ANA_SUBJECT, HOUR, "");
                case RANGE -> blockStore.block(RANGE, HOUR, "");
                case TOKEN -> revocationStore.revoke("t", HOUR, "");
                case CUTOFF -> revocationStore.revokeBefore(ANA, 2_000, HOUR);
            }
        }

        /** As an operator of this very node does it. */
        void writeHere() {
            write();
            long until = clock.millis() + HOUR.toMillis();
            switch (entry) {
                case BLOCK -> blocks.blocked(new Block(ANA_SUBJECT, "", until));
                case RANGE -> blocks.blocked(new Block(RANGE, "", until));
                case TOKEN -> revocations.revoked("t", HOUR);
                case CUTOFF -> revocations.cutOff(ANA, 2_000, HOUR);
            }
        }

        void lift() {
            switch (entry) {
                case BLOCK -> blockStore.unblock(ANA_SUBJECT);
                case RANGE -> blockStore.unblock(RANGE);
                case TOKEN -> revocationStore.restore("t");
                case CUTOFF -> revocationStore.restore(ANA);
            }
        }

        void tell() {
            switch (entry) {
                case BLOCK -> tracking.tell(Kind.BLOCK, "user:42");
                case RANGE -> tracking.tell(Kind.RANGES, "");
                case TOKEN -> tracking.tell(Kind.TOKEN, "t");
                case CUTOFF -> tracking.tell(Kind.CUTOFF, "user:42");
            }
        }

        /** Whether a request of the caller's is refused; false where the store would have to be asked. */
        boolean refuses() {
            return switch (entry) {
                case BLOCK -> isFound(blocks.find(ANA));
                case RANGE -> {
                    blocks.refreshUnlessCurrent();
                    yield blocks.range(ADDRESS) != null;
                }
                case TOKEN, CUTOFF -> isFound(revocations.find("t", ANA, 1_000));
            };
        }

        private static boolean isFound(CompletionStage<?> stage) {
            try {
                return stage.toCompletableFuture().join() != null;
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(StoreUnavailable.class);
                return false;
            }
        }

        void happens(Event event, boolean lifts) {
            switch (event) {
                case ASKED -> refuses();
                case CHANGED -> {
                    if (lifts) {
                        lift();
                    } else {
                        write();
                    }
                }
                case TOLD -> tell();
                case LOST -> lost = true;
            }
        }
    }

    /**
     * What should be known in the end: what was asked and found bad, until a change was told; then what the store said
     * when it was asked again, if it was still there. Ranges are told of as a whole, so a change tells nothing of any
     * one.
     */
    private static boolean isKnown(List<Event> order, Entry entry, boolean strict, boolean lifts) {
        boolean known = false;
        boolean lifted = false;
        boolean lost = false;
        boolean fetched = false;
        for (Event event : order) {
            switch (event) {
                // What has been asked for is believed until a change is told, but where each request asks.
                case ASKED -> {
                    known = lost || (fetched && (!strict || entry == Entry.RANGE)) ? known : !lifted;
                    fetched = true;
                }
                case CHANGED -> lifted = lifts;
                case TOLD -> {
                    known = lost ? known && entry == Entry.RANGE : !lifted;
                    fetched = !lost;
                }
                case LOST -> lost = true;
            }
        }
        return known;
    }

    private static List<List<Event>> orders() {
        List<List<Event>> orders = new ArrayList<>(List.of(List.of()));
        for (Event event : Event.values()) {
            List<List<Event>> longer = new ArrayList<>();
            for (List<Event> order : orders) {
                for (int i = 0; i <= order.size(); i++) {
                    List<Event> next = new ArrayList<>(order);
                    next.add(i, event);
                    longer.add(next);
                }
            }
            orders = longer;
        }
        return orders;
    }

    @TestFactory
    Stream<DynamicTest> whatIsKnownToBeBadStaysRefusedUntilItsChangeIsTold() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Entry entry : Entry.values()) {
            for (boolean strict : new boolean[] {false, true}) {
                for (boolean lifts : new boolean[] {true, false}) {
                    for (List<Event> order : orders()) {
                        String name =
                                entry + (lifts ? " lifted" : " written again") + (strict ? ", strict: " : ": ") + order;
                        tests.add(dynamicTest(name, () -> {
                            Node node = new Node(entry, strict);
                            node.write();
                            order.forEach(event -> node.happens(event, lifts));
                            // An answer that is believed may outlast the store, but not its life.
                            node.clock.advance(Duration.ofMinutes(2));
                            assertThat(node.refuses()).isEqualTo(isKnown(order, entry, strict, lifts));
                        }));
                    }
                }
            }
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> whatThisNodeWroteIsKnownWheneverItIsToldOfThat() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Entry entry : Entry.values()) {
            for (List<Event> order : List.of(
                    List.of(Event.CHANGED, Event.TOLD, Event.LOST),
                    List.of(Event.TOLD, Event.CHANGED, Event.LOST),
                    List.of(Event.CHANGED, Event.LOST, Event.TOLD))) {
                tests.add(dynamicTest(entry + ": " + order, () -> {
                    Node node = new Node(entry, false);
                    for (Event event : order) {
                        if (event == Event.CHANGED) {
                            node.writeHere();
                        } else {
                            node.happens(event, false);
                        }
                    }
                    assertThat(node.refuses()).isTrue();
                }));
            }
            tests.add(dynamicTest(entry + ": lifted by another node later", () -> {
                Node node = new Node(entry, false);
                node.writeHere();
                node.tell();
                node.lift();
                node.tell();
                node.lost = true;
                assertThat(node.refuses()).isFalse();
            }));
        }
        return tests.stream();
    }
}
