package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.EntryTicketStoreContract;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.topic.EntryTicketStore;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("redis")
class RedisEntryTicketStoreIT extends EntryTicketStoreContract {

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final EntryTicketStore store = TestRedis.single().stores(keys).entryTickets();

    @Override
    protected EntryTicketStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }

    @Test
    void ticketsOfBeforeTheClockWasSetBackCountNoMore() throws Exception {
        String later = Long.toString(System.currentTimeMillis() + 3_600_000);
        String key = keys.entryTickets().replace("{ticket}", "of-user:ana");
        for (int i = 0; i < EntryTicketStore.MOST_OF_ONE; i++) {
            RedisServers.single().send("HSET", key, "d" + i, later);
        }
        assertThat(store.put("new", "user:ana", "user=ana", Duration.ofSeconds(30))
                        .toCompletableFuture()
                        .join())
                .isTrue();
        assertThat(RedisServers.single().send("HLEN", key)).isEqualTo(1L);
    }
}
