package app.rcommerce.gateway.store.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.memory.MemoryBlockStore;
import app.rcommerce.gateway.time.HandClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NearBlockListTest {

    private static final Identifier ANA = Identifier.ip("203.0.113.9");
    private static final Subject ANA_SUBJECT = new Subject.One(ANA);
    private static final Duration NEAR = Duration.ofMillis(500);
    private static final Duration HOUR = Duration.ofHours(1);

    private final HandClock clock = new HandClock();
    private final MemoryBlockStore memory = new MemoryBlockStore(clock);
    private int asked;
    private @Nullable RuntimeException failure;

    private final NearBlockList near = new NearBlockList(
            (BlockStore) Proxy.newProxyInstance(
                    BlockStore.class.getClassLoader(), new Class<?>[] {BlockStore.class}, (self, method, arguments) -> {
                        asked++;
                        try {
                            return failure == null
                                    ? method.invoke(memory, arguments)
                                    : CompletableFuture.failedFuture(failure);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }),
            new Near(Tracking.NONE, NEAR, false),
            clock);

    private boolean isBlocked() {
        return near.find(ANA).toCompletableFuture().join() != null;
    }

    @Test
    void anAnswerIsRememberedForItsTime() {
        assertThat(isBlocked()).isFalse();
        memory.block(ANA_SUBJECT, HOUR, "");
        clock.advance(NEAR.minusNanos(1));
        assertThat(isBlocked()).isFalse();
        assertThat(asked).isEqualTo(1);
        clock.advance(Duration.ofNanos(1));
        assertThat(isBlocked()).isTrue();
        assertThat(asked).isEqualTo(2);
        memory.unblock(ANA_SUBJECT);
        assertThat(isBlocked()).isTrue();
        clock.advance(NEAR);
        assertThat(isBlocked()).isFalse();
    }

    @Test
    void aBlockIsRememberedNoLongerThanItHolds() {
        memory.block(ANA_SUBJECT, Duration.ofMillis(100), "");
        assertThat(isBlocked()).isTrue();
        clock.advance(Duration.ofMillis(100));
        assertThat(isBlocked()).isFalse();
    }

    @Test
    void zeroAsksEachTime() {
        NearBlockList strict = new NearBlockList(memory, new Near(Tracking.NONE, Duration.ZERO, false), clock);
        assertThat(strict.find(ANA).toCompletableFuture().join()).isNull();
        memory.block(ANA_SUBJECT, HOUR, "");
        assertThat(strict.find(ANA).toCompletableFuture().join()).isNotNull();
    }

    @Test
    void whoIsKnownToBeBlockedStaysSoWhileTheStoreIsAway() {
        memory.block(ANA_SUBJECT, HOUR, "");
        assertThat(isBlocked()).isTrue();
        failure = new StoreUnavailable("away");
        clock.advance(Duration.ofMinutes(59));
        assertThat(isBlocked()).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThatThrownBy(this::isBlocked).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void whoWasUnblockedMeanwhileIsNotRemembered() {
        memory.block(ANA_SUBJECT, HOUR, "");
        isBlocked();
        memory.unblock(ANA_SUBJECT);
        clock.advance(NEAR);
        assertThat(isBlocked()).isFalse();
        failure = new StoreUnavailable("away");
        assertThat(isBlocked()).as("still believed").isFalse();
        clock.advance(NEAR);
        assertThatThrownBy(this::isBlocked).hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void aDefectIsNotTakenForAStoreThatIsAway() {
        failure = new IllegalArgumentException("defect");
        assertThatThrownBy(this::isBlocked).hasCauseInstanceOf(IllegalArgumentException.class);
        failure = null;
        memory.block(ANA_SUBJECT, HOUR, "");
        assertThat(isBlocked()).isTrue();
        failure = new IllegalArgumentException("defect");
        clock.advance(NEAR);
        assertThat(isBlocked()).as("known").isTrue();
    }

    @Test
    void whatIsForgottenIsAskedAnew() {
        assertThat(isBlocked()).isFalse();
        memory.block(ANA_SUBJECT, HOUR, "");
        near.forget(ANA_SUBJECT);
        assertThat(isBlocked()).isTrue();
        memory.unblock(ANA_SUBJECT);
        near.forget(ANA_SUBJECT);
        assertThat(isBlocked()).isFalse();
    }

    @Test
    void rangesAreHeldUntilTheyEnd() {
        byte[] address = Addresses.parse("203.0.113.9");
        memory.block(Subject.parse("203.0.113.0/24"), HOUR, "");
        memory.block(Subject.parse("198.51.100.0/24"), Duration.ofMinutes(1), "");
        assertThat(near.range(address)).as("not fetched yet").isNull();
        near.refresh();
        assertThat(near.range(address)).isNotNull();
        assertThat(near.range(Addresses.parse("198.51.100.1"))).isNotNull();
        failure = new StoreUnavailable("away");
        assertThat(near.refresh().toCompletableFuture()).isCompletedExceptionally();
        clock.advance(Duration.ofMinutes(1));
        assertThat(near.range(Addresses.parse("198.51.100.1"))).isNull();
        assertThat(near.range(address)).isNotNull();
        clock.advance(HOUR);
        assertThat(near.range(address)).isNull();
    }

    @Test
    void ofTwoEntriesOfOneRangeTheOneThatEndsLaterCounts() {
        byte[] address = Addresses.parse("203.0.113.9");
        long now = clock.millis();
        Subject range = Subject.parse("203.0.113.0/24");
        List<Block> held = List.of(
                new Block(range, "long", now + HOUR.toMillis()),
                new Block(range, "short", now + Duration.ofMinutes(1).toMillis()));
        NearBlockList twice = new NearBlockList(
                (BlockStore) Proxy.newProxyInstance(
                        BlockStore.class.getClassLoader(),
                        new Class<?>[] {BlockStore.class},
                        (self, method, arguments) -> CompletableFuture.completedFuture(held)),
                new Near(Tracking.NONE, NEAR, false),
                clock);
        twice.refresh();
        clock.advance(Duration.ofMinutes(2));
        assertThat(twice.range(address)).isNotNull().extracting(Block::reason).isEqualTo("long");
    }
}
