package app.rcommerce.gateway.server.redis.command;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.LimitStore;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/** Commands of one event-loop turn are sent together, and share nothing else. */
@Tag("redis")
class RedisCommandBatchIT {

    private final KeyTemplates keys = TestRedis.freshKeys();
    private final String key = keys.nodes();
    private final CommandDispatcher dispatcher = TestRedis.single().dispatcher();
    private final EventLoop loop = TestRedis.TRANSPORT.group().next();

    private <T> T onLoop(Callable<T> work) throws Exception {
        return loop.submit(work).get(5, TimeUnit.SECONDS);
    }

    private CompletableFuture<@Nullable Object> get(String name) {
        return get(CommandPurpose.BLOCK_FIND, name);
    }

    private CompletableFuture<@Nullable Object> get(CommandPurpose purpose, String name) {
        return dispatcher.ask(Command.of(purpose, name, RedisCommands.GET, StringCodec.INSTANCE, name));
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOCK_FIND", "BLOCK_LIST"})
    void aCommandThatFailsFailsAlone(CommandPurpose purpose) throws Exception {
        RedisServers.single().send("SET", key, "value");
        RedisServers.single().send("LPUSH", key + "list", "x");
        List<CompletableFuture<@Nullable Object>> asked = onLoop(() -> {
            List<CompletableFuture<@Nullable Object>> all = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                all.add(get(purpose, i % 3 == 0 ? key : i % 3 == 1 ? key + "list" : key + "none"));
            }
            return all;
        });
        for (int i = 0; i < asked.size(); i++) {
            Object answer = asked.get(i).get(5, TimeUnit.SECONDS);
            assertThat(answer).isEqualTo(i % 3 == 0 ? "value" : i % 3 == 1 ? CommandError.WRONG_TYPE : null);
        }
        assertThat(TestRedis.single().backend().state())
                .isEqualTo(app.rcommerce.gateway.server.backend.Backend.State.CONNECTED);
    }

    @Test
    void answersArriveOnTheCallersLoop() throws Exception {
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Boolean> there = new CompletableFuture<>();
            onLoop(() -> get(key).whenComplete((value, failure) -> there.complete(loop.inEventLoop())));
            assertThat(there.get(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aForgottenScriptCostsNoCallOfItsBatchAndNoneCountsTwice() throws Exception {
        LimitStore limits = TestRedis.single().stores(keys).limits();
        List<Meter> meters = List.of(new Meter("a", "a:3600000", 100, 3_600_000, true));
        Identifier caller = Identifier.user("u");
        limits.take(caller, meters, 1).toCompletableFuture().get(5, TimeUnit.SECONDS);
        RedisServers.single().send("SCRIPT", "FLUSH");
        List<CompletableFuture<Decision>> asked = onLoop(() -> {
            List<CompletableFuture<Decision>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(limits.take(caller, meters, 1).toCompletableFuture());
            }
            return all;
        });
        for (CompletableFuture<Decision> one : asked) {
            assertThat(one.get(5, TimeUnit.SECONDS).granted()).isTrue();
        }
        Decision usage = limits.usage(caller, meters).toCompletableFuture().get(5, TimeUnit.SECONDS);
        assertThat(usage.states().getFirst().remaining()).isEqualTo(49);
    }
}
