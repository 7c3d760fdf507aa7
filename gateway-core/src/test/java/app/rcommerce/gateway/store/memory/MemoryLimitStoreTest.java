package app.rcommerce.gateway.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.LimitStoreContract;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.time.HandClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryLimitStoreTest extends LimitStoreContract {

    private final HandClock clock = new HandClock();
    private final LimitStore store = new MemoryLimitStore(clock, 1 << 20);

    @Test
    void aFloodOfNewAddressesTakesNoMoreThanTheBound() {
        List<Meter> meters = List.of(new Meter("a", "a:60000", 10, 60_000, true));
        List<Identifier> flood = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            Identifier address = Identifier.ip("2001:db8:" + Integer.toHexString(i) + "::/64");
            store.take(address, meters, 1);
            flood.add(address);
        }
        long counted = flood.stream()
                .filter(address -> store.usage(address, meters)
                                .toCompletableFuture()
                                .join()
                                .states()
                                .getFirst()
                                .remaining()
                        < 10)
                .count();
        // The bound is a megabyte, and the least that an identifier can take is 320 bytes.
        assertThat(counted).isBetween(100L, (1L << 20) / 320);
    }

    @Override
    protected LimitStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }
}
