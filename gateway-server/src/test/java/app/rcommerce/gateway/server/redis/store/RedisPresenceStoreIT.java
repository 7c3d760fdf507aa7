package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.PresenceStoreContract;
import app.rcommerce.gateway.store.topic.PresenceStore;
import app.rcommerce.gateway.store.topic.PresenceStore.Presence;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("redis")
class RedisPresenceStoreIT extends PresenceStoreContract {

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final PresenceStore store = TestRedis.single().stores(keys).presence();

    @Override
    protected PresenceStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return TestRedis.time();
    }

    @Test
    void whatADeadNodeHasToldBeforeTheClockWasSetBackIsForgotten() throws Exception {
        String later = Long.toString(System.currentTimeMillis() + 3_600_000);
        RedisServers.single().send("HSET", keys.presence().replace("{topic}", "room"), "dead", later + " 0 user:ghost");
        store.tell("room", "lives", new Presence(List.of("user:ana"), 0), Duration.ofSeconds(15))
                .toCompletableFuture()
                .join();
        assertThat(store.find("room").toCompletableFuture().join().who()).containsExactly("user:ana");
    }
}
