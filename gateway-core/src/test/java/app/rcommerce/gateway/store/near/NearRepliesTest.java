package app.rcommerce.gateway.store.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.StoredEntry;
import app.rcommerce.gateway.cache.StoredReply;
import app.rcommerce.gateway.cache.VaryMarker;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.store.ReplyStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.Tracking.Kind;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NearRepliesTest {

    private static final CacheKey KEY = key("a");
    private static final Duration TTL = Duration.ofMillis(500);
    private static final Duration HOUR = Duration.ofHours(1);

    private final HandClock clock = new HandClock();
    private final HandTracking tracking = new HandTracking();
    private final Map<CacheKey, byte[]> stored = new HashMap<>();
    private int asked;
    private int generationsAsked;
    /** What the store answers, one after the other; the last one for ever. */
    private final Deque<String> generations = new ArrayDeque<>(List.of("one"));
    /** What the next question is answered with, once the test says so; null for at once. */
    private @Nullable CompletableFuture<byte @Nullable []> open;

    /** When what is stored arrives. */
    private CompletableFuture<Void> arriving = CompletableFuture.completedFuture(null);

    private final ReplyStore store = new ReplyStore() {
        @Override
        public CompletionStage<byte @Nullable []> get(CacheKey key) {
            asked++;
            return open == null ? CompletableFuture.completedFuture(stored.get(key)) : open;
        }

        @Override
        public CompletionStage<Void> put(CacheKey key, byte[] bytes, Duration life) {
            return arriving.thenRun(() -> stored.put(key, bytes));
        }

        @Override
        public CompletionStage<Void> remove(CacheKey key) {
            stored.remove(key);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<String> generation() {
            generationsAsked++;
            return CompletableFuture.completedFuture(generations.size() > 1 ? generations.poll() : generations.peek());
        }

        @Override
        public CompletionStage<Long> purge(@Nullable PathPattern paths) {
            throw new UnsupportedOperationException();
        }
    };

    private final NearReplies near = near(1 << 20, false);

    private NearReplies near(long mostBytes, boolean strict) {
        return new NearReplies(store, new Near(tracking, TTL, strict), clock, mostBytes);
    }

    @Test
    void questionsForTheSameKeyAreAskedOnceUntilItChanges() {
        stored.put(KEY, reply(10, HOUR).encode());
        open = new CompletableFuture<>();
        CompletableFuture<?> first = near.find(KEY).toCompletableFuture();
        CompletableFuture<?> second = near.find(KEY).toCompletableFuture();
        assertThat(asked).isEqualTo(1);
        tracking.tell(Tracking.Kind.REPLY, KEY.digest());
        CompletableFuture<?> third = near.find(KEY).toCompletableFuture();
        assertThat(asked).as("the first question may be older than the change").isEqualTo(2);
        open.complete(stored.get(KEY));
        assertThat(first.join()).isNotNull();
        assertThat(second.join()).isNotNull();
        assertThat(third.join()).isNotNull();
        open = new CompletableFuture<>();
        open.completeExceptionally(new StoreUnavailable("away"));
        near.remove(KEY);
        assertThat(near.find(KEY).toCompletableFuture()).isCompletedExceptionally();
        open = null;
        stored.put(KEY, reply(10, HOUR).encode());
        assertThat(find()).as("a question that failed is not kept").isNotNull();
    }

    private static CacheKey key(String name) {
        return new CacheKey(Digests.sha256Hex(name));
    }

    private StoredReply reply(int bytes, Duration fresh) {
        long now = clock.millis();
        return new StoredReply(
                "/a", 200, FieldList.of("a", "b"), new byte[bytes], now, now + fresh.toMillis(), List.of(), true);
    }

    private @Nullable StoredEntry find() {
        return near.find(KEY).toCompletableFuture().join();
    }

    @Test
    void aHitCostsNoTripAndIsTheVeryEntry() {
        tracking.begin();
        stored.put(KEY, reply(100, HOUR).encode());
        StoredEntry first = find();
        clock.advance(Duration.ofSeconds(59));
        assertThat(find()).isSameAs(first).isNotNull();
        assertThat(asked).isEqualTo(1);
        stored.put(KEY, reply(200, HOUR).encode());
        tracking.tell(Kind.REPLY, "not a digest");
        assertThat(find()).isSameAs(first);
        tracking.tell(Kind.REPLY, KEY.digest());
        assertThat(((StoredReply) find()).body()).hasSize(200);
    }

    @Test
    void withoutTrackingItIsBelievedForTheConfiguredTime() {
        stored.put(KEY, new VaryMarker("/a", List.of("accept"), 1).encode());
        assertThat(find()).isInstanceOf(VaryMarker.class);
        clock.advance(TTL.minusNanos(1));
        find();
        assertThat(asked).isEqualTo(1);
        clock.advance(Duration.ofNanos(1));
        find();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void thatNothingIsStoredIsNotRemembered() {
        tracking.begin();
        assertThat(find()).isNull();
        stored.put(KEY, "garbage".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(find()).isNull();
        stored.put(KEY, reply(1, HOUR).encode());
        assertThat(find()).isNotNull();
    }

    @Test
    void itIsHeldNoLongerThanItIsFresh() {
        tracking.begin();
        stored.put(KEY, reply(1, Duration.ofSeconds(2)).encode());
        find();
        clock.advance(Duration.ofSeconds(2));
        find();
        find();
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void anEntryThatAChangeHasOvertakenIsNotRemembered() {
        tracking.begin();
        byte[] old = reply(1, HOUR).encode();
        for (Runnable change : List.<Runnable>of(
                () -> tracking.tell(Kind.REPLY, KEY.digest()),
                near::forgetAll,
                () -> near.put(KEY, reply(2, HOUR), HOUR, "one", () -> true))) {
            open = new CompletableFuture<>();
            CompletionStage<@Nullable StoredEntry> asking = near.find(KEY);
            change.run();
            open.complete(old);
            assertThat(asking.toCompletableFuture().join()).isNotNull();
            open = null;
            stored.remove(KEY);
            assertThat(find()).isNull();
        }
    }

    @Test
    void whatThisNodeStoresTakesThePlaceOfWhatItHolds() {
        stored.put(KEY, reply(1, HOUR).encode());
        find();
        near.put(KEY, reply(2, HOUR), HOUR, "one", () -> true);
        assertThat(((StoredReply) find()).body()).hasSize(2);
        stored.clear();
        near.forgetAll();
        assertThat(find()).isNull();
    }

    @Test
    void noMoreThanTheBoundIsHeld() {
        tracking.begin();
        NearReplies small = near(1 << 16, false);
        for (int i = 0; i < 100; i++) {
            stored.put(key("k" + i), reply(10_000, HOUR).encode());
            small.find(key("k" + i));
        }
        asked = 0;
        for (int i = 0; i < 100; i++) {
            small.find(key("k" + i));
        }
        assertThat(asked).isBetween(90, 99);
    }

    @Test
    void zeroOrStrictHoldsNothing() {
        tracking.begin();
        stored.put(KEY, reply(1, HOUR).encode());
        for (NearReplies each : List.of(near(0, false), near(1 << 20, true))) {
            asked = 0;
            each.find(KEY);
            assertThat(each.find(KEY).toCompletableFuture().join()).isNotNull();
            assertThat(asked).isEqualTo(2);
        }
    }

    @Test
    void aStoreThatIsAwayIsToldAsSuch() {
        open = CompletableFuture.failedFuture(new StoreUnavailable("away"));
        assertThatThrownBy(this::find).hasCauseInstanceOf(StoreUnavailable.class);
    }

    private void put() {
        near.put(KEY, reply(1, HOUR), HOUR, near.generation(), () -> true)
                .toCompletableFuture()
                .join();
    }

    @Test
    void aReplyOfTheSameGenerationIsStored() {
        put();
        assertThat(stored)
                .as("nothing is known of purges before the store was asked")
                .isEmpty();
        assertThat(find()).isNull();
        put();
        assertThat(stored).containsKey(KEY);
    }

    @Test
    void aReplyThatWasBegunBeforeAPurgeIsNotStored() {
        find();
        generations.add("two");
        generations.poll();
        put();
        assertThat(stored).isEmpty();
    }

    @Test
    void aReplyIsTakenBackWhereAPurgeMayHaveMissedIt() {
        find();
        generations.add("two");
        put();
        assertThat(stored).isEmpty();
    }

    @Test
    void theGenerationIsAskedForOnceASecondAndAfterAPurge() {
        for (int i = 0; i < 10; i++) {
            find();
        }
        assertThat(generationsAsked).isEqualTo(1);
        near.forgetAll();
        find();
        assertThat(generationsAsked).isEqualTo(2);
        clock.advance(Duration.ofSeconds(1));
        find();
        assertThat(generationsAsked).isEqualTo(3);
    }

    @Test
    void whatBecomesUnwantedWhileItIsBeingStoredIsRemoved() {
        boolean[] wanted = {true, false};
        int[] asked = new int[1];
        near.find(KEY);
        near.put(KEY, reply(1, HOUR), HOUR, near.generation(), () -> wanted[asked[0]++])
                .toCompletableFuture()
                .join();
        assertThat(asked[0]).isEqualTo(2);
        assertThat(stored).doesNotContainKey(KEY);
        near.put(KEY, reply(1, HOUR), HOUR, near.generation(), () -> false)
                .toCompletableFuture()
                .join();
        assertThat(stored).doesNotContainKey(KEY);
    }

    @Test
    void whatArrivesBehindItsRemovalIsNotFound() {
        near.find(KEY);
        arriving = new CompletableFuture<>();
        boolean[] wanted = {true};
        near.put(KEY, reply(1, HOUR), HOUR, near.generation(), () -> wanted[0]);
        wanted[0] = false;
        CompletableFuture<Void> removed = near.remove(KEY).toCompletableFuture();
        stored.put(KEY, reply(1, HOUR).encode());
        assertThat(find()).as("before it was found to be unwanted").isNull();
        assertThat(removed).isNotCompleted();
        arriving.complete(null);
        assertThat(removed).isCompleted();
        assertThat(stored).doesNotContainKey(KEY);
        stored.put(KEY, reply(1, HOUR).encode());
        assertThat(find()).as("stored anew").isNotNull();
    }
}
