package app.rcommerce.gateway.store.memory;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.BlockStoreContract;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.RangesFull;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MemoryBlockStoreTest extends BlockStoreContract {

    private final HandClock clock = new HandClock();
    private final BlockStore store = new MemoryBlockStore(clock);

    @Override
    protected BlockStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }

    @Test
    void rangesAreBoundedAndAddressesAreNot() {
        Duration hour = Duration.ofHours(1);
        for (int i = 0; i < BlockStore.MOST_RANGES; i++) {
            store.block(Objects.requireNonNull(Subject.parse("10." + i / 256 + "." + i % 256 + ".0/24")), hour, "");
        }
        Subject more = Objects.requireNonNull(Subject.parse("192.0.2.0/24"));
        assertThatThrownBy(
                        () -> store.block(more, hour, "").toCompletableFuture().join())
                .hasCauseInstanceOf(RangesFull.class)
                .hasMessageContaining("5000 ranges");
        assertThatThrownBy(() -> store.ban(more, hour, "").toCompletableFuture().join())
                .hasCauseInstanceOf(RangesFull.class);
        for (String allowed : List.of("10.0.0.0/24", "192.0.2.1", "2001:db8::/64")) {
            store.block(Objects.requireNonNull(Subject.parse(allowed)), hour, "")
                    .toCompletableFuture()
                    .join();
        }
        clock.advance(hour);
        store.block(more, hour, "").toCompletableFuture().join();
    }
}
