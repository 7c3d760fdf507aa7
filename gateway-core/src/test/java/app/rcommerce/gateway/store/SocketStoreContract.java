package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.socket.SocketRecord.Passed;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.store.socket.SocketStore.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link SocketStore} must do; the store of each test is empty at first. */
public abstract class SocketStoreContract {

    protected static final String ONE = "socket-one-0123456789abcdef";
    protected static final String TWO = "socket-two-0123456789abcdef";
    private static final String THREE = "socket-three-0123456789abcdef";
    private static final String ANAS_ADDRESS = "203.0.113.9";
    private static final Identifier ANA = Identifier.user("ana");
    private static final Identifier ERP = Identifier.key("erp");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(300);

    /** The store. */
    protected abstract SocketStore store();

    /** Its time. */
    protected abstract Passage time();

    protected static <T extends @Nullable Object> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    protected static SocketRecord record(String id, String holder, @Nullable Identifier user, String address) {
        return new SocketRecord(
                id,
                holder,
                user,
                address,
                "live",
                "web-1/42",
                1_767_225_600_123L,
                1_767_225_601_456L,
                List.of("order_updates", "user:\"ana\""),
                new Passed(10, 2_000_000_000_000L, 3, 4));
    }

    private SocketRecord found(String id) {
        return Objects.requireNonNull(now(store().find(id)));
    }

    private List<Outcome> touch(SocketRecord... records) {
        return now(store().touch(List.of(records), HOUR));
    }

    @Test
    void aRecordIsFoundAsItWasWritten() {
        SocketRecord anas = record(ONE, "a", ANA, ANAS_ADDRESS);
        SocketRecord anonymous = record(TWO, "b", null, "2001:db8::1");
        SocketRecord keys = record(THREE, "c", ERP, ANAS_ADDRESS);
        List.of(anas, anonymous, keys).forEach(each -> now(store().save(each, HOUR)));
        assertThat(found(ONE)).isEqualTo(anas);
        assertThat(found(TWO)).isEqualTo(anonymous);
        assertThat(found(THREE)).isEqualTo(keys);
        assertThat(now(store().find("nobody-knows-this-one"))).isNull();
    }

    @Test
    void recordsAreFoundByUserAndByAddress() {
        now(store().save(record(ONE, "a", ANA, ANAS_ADDRESS), HOUR));
        now(store().save(record(TWO, "b", ANA, "2001:db8::1"), HOUR));
        now(store().save(record(THREE, "c", ERP, ANAS_ADDRESS), HOUR));
        assertThat(listed(2, () -> store().byUser(ANA, 10)))
                .extracting(SocketRecord::id)
                .containsExactlyInAnyOrder(ONE, TWO);
        assertThat(listed(1, () -> store().byUser(ERP, 10)))
                .extracting(SocketRecord::id)
                .containsExactly(THREE);
        assertThat(listed(2, () -> store().byAddress(ANAS_ADDRESS, 10)))
                .extracting(SocketRecord::id)
                .containsExactlyInAnyOrder(ONE, THREE);
        assertThat(now(store().all(10))).hasSize(3);
        assertThat(now(store().byUser(ANA, 1))).hasSize(1);
        assertThat(now(store().byAddress(ANAS_ADDRESS, 1))).hasSize(1);
        assertThat(now(store().all(2))).hasSize(2);

        now(store().remove(record(ONE, "a", ANA, ANAS_ADDRESS)));
        assertThat(now(store().byUser(ANA, 10))).extracting(SocketRecord::id).containsExactly(TWO);
        assertThat(now(store().byAddress(ANAS_ADDRESS, 10)))
                .extracting(SocketRecord::id)
                .containsExactly(THREE);
        assertThat(now(store().byUser(Identifier.user("nobody"), 10))).isEmpty();
    }

    @Test
    void aRecordEndsUnlessItIsTouched() {
        now(store().save(record(ONE, "a", ANA, ANAS_ADDRESS), SOON));
        now(store().save(record(TWO, "b", ANA, ANAS_ADDRESS), SOON));
        assertThat(touch(record(TWO, "b", ANA, ANAS_ADDRESS))).containsExactly(Outcome.WRITTEN);
        time().within(SOON, () -> assertThat(now(store().find(ONE))).isNull());
        time().idle(SOON);
        assertThat(now(store().byUser(ANA, 10))).extracting(SocketRecord::id).containsExactly(TWO);
        assertThat(now(store().byAddress(ANAS_ADDRESS, 10)))
                .extracting(SocketRecord::id)
                .containsExactly(TWO);
    }

    @Test
    void whatIsGoneIsWrittenAgainWhenItIsTouched() {
        SocketRecord record = record(ONE, "a", ANA, ANAS_ADDRESS);
        assertThat(touch(record)).containsExactly(Outcome.WRITTEN);
        assertThat(found(ONE)).isEqualTo(record);
        assertThat(listed(1, () -> store().byUser(ANA, 10))).containsExactly(record);
    }

    @Test
    void aRecordIsOfWhoeverHasTakenItOver() {
        SocketRecord before = record(ONE, "a", ANA, ANAS_ADDRESS);
        SocketRecord after = record(ONE, "b", ANA, "198.51.100.7");
        now(store().save(before, HOUR));
        now(store().save(after, HOUR));
        assertThat(touch(before, record(TWO, "a", ANA, ANAS_ADDRESS))).containsExactly(Outcome.TAKEN, Outcome.WRITTEN);
        assertThat(now(store().remove(before))).isFalse();
        now(store().release(before, HOUR));
        assertThat(found(ONE)).isEqualTo(after);
        assertThat(listed(1, () -> store().byAddress(ANAS_ADDRESS, 10)))
                .extracting(SocketRecord::id)
                .containsExactly(TWO);
        assertThat(now(store().remove(after))).isTrue();
        assertThat(now(store().remove(after))).isFalse();
    }

    @Test
    void whatIsLetGoWaitsForWhoeverComesBack() {
        SocketRecord record = record(ONE, "a", ANA, ANAS_ADDRESS);
        now(store().save(record, HOUR));
        now(store().release(record, SOON));
        assertThat(found(ONE)).isEqualTo(record.released());
        assertThat(found(ONE).isHeld()).isFalse();
        assertThat(found(ONE).subscriptions()).isEqualTo(record.subscriptions());
        assertThat(listed(1, () -> store().byUser(ANA, 10))).hasSize(1);
        time().within(SOON, () -> assertThat(now(store().find(ONE))).isNull());
        assertThat(now(store().byUser(ANA, 10))).isEmpty();
    }

    @Test
    void manyAreTouchedAtOnce() {
        List<SocketRecord> many = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            many.add(record("socket-number-" + i, "a", ANA, ANAS_ADDRESS));
        }
        // A store that is busy may be too late for some of so many at once; it is told again then.
        List<Outcome> told = now(store().touch(many, HOUR));
        for (int again = 0; again < 20 && told.contains(Outcome.FAILED); again++) {
            told = now(store().touch(many, HOUR));
        }
        assertThat(told).hasSize(1_000).containsOnly(Outcome.WRITTEN);
        assertThat(listed(1_000, () -> store().byUser(ANA, 2_000))).hasSize(1_000);
        assertThat(listed(10, () -> store().byAddress(ANAS_ADDRESS, 10))).hasSize(10);
    }

    /**
     * What is listed once there are so many of them: nobody waits for the sets by which records are listed, which lie
     * elsewhere in a cluster.
     */
    private static List<SocketRecord> listed(int many, Supplier<CompletionStage<List<SocketRecord>>> question) {
        List<SocketRecord> listed = answer(question);
        for (int again = 0; again < 100 && listed.size() < many; again++) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            listed = answer(question);
        }
        return listed;
    }

    /** The answer of a store that may be too late with so much when it is busy: it is asked again then. */
    private static <T> T answer(Supplier<CompletionStage<T>> question) {
        for (int again = 0; again < 20; again++) {
            try {
                return now(question.get());
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(StoreUnavailable.class);
            }
        }
        return now(question.get());
    }
}
