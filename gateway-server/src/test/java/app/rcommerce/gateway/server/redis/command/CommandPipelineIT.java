package app.rcommerce.gateway.server.redis.command;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.backend.Backend.State;
import app.rcommerce.gateway.server.redis.DelayingProxy;
import app.rcommerce.gateway.server.redis.ObservedBackend;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.StoreUnavailable;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/** The event loops' own connections to a real Redis, and what becomes of commands where they break. */
@Tag("redis")
class CommandPipelineIT {

    private static final Duration SOON = Duration.ofSeconds(4);

    private static CompletableFuture<@Nullable Object> get(CommandDispatcher dispatcher, String name) {
        return dispatcher.ask(
                Command.of(CommandPurpose.BLOCK_FIND, name, RedisCommands.GET, StringCodec.INSTANCE, name));
    }

    /** The connections of the loops, as Redis lists them. */
    private static List<String> connections(RedisServer server) throws Exception {
        return ((String) server.send("CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains(" name=rcommerce-gateway-commands "))
                .toList();
    }

    private static int loops() {
        int loops = 0;
        for (EventExecutor loop : TestRedis.TRANSPORT.group()) {
            loops += loop instanceof EventLoop ? 1 : 0;
        }
        return loops;
    }

    @Test
    void aLoopSendsAllItsCommandsDownOneConnection() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed =
                    new ObservedBackend(TestRedis.config(server.port()).build())) {
                observed.awaitWorking("u", SOON);
                server.send("SET", "here", "\u20ac");
                List<CompletableFuture<@Nullable Object>> asked = new ArrayList<>();
                for (EventExecutor loop : TestRedis.TRANSPORT.group()) {
                    asked.addAll(loop.submit(() -> {
                                List<CompletableFuture<@Nullable Object>> mine = new ArrayList<>();
                                for (int i = 0; i < 1_000; i++) {
                                    mine.add(get(observed.dispatcher(), i % 2 == 0 ? "here" : "none"));
                                }
                                return mine;
                            })
                            .get());
                }
                for (int i = 0; i < asked.size(); i++) {
                    assertThat(asked.get(i).get(5, TimeUnit.SECONDS)).isEqualTo(i % 2 == 0 ? "\u20ac" : null);
                }
                assertThat(connections(server)).hasSize(loops());
            }
        }
    }

    @Test
    void whatAConnectionCarriesFailsAtOnceWhereItBreaksAndTheNextIsSentDownANewOne() throws Exception {
        try (DelayingProxy proxy = new DelayingProxy(RedisServers.single().port());
                ObservedBackend observed = new ObservedBackend(TestRedis.config(proxy.port())
                        .deadline(Duration.ofSeconds(5))
                        .build())) {
            observed.awaitWorking("u", SOON);
            EventLoop loop = TestRedis.TRANSPORT.group().next();
            proxy.delay(10_000);
            List<CompletableFuture<@Nullable Object>> asked = loop.submit(
                            () -> List.of(get(observed.dispatcher(), "a"), get(observed.dispatcher(), "b")))
                    .get();
            long start = System.nanoTime();
            Awaitility.await().until(() -> observed.backend().inFlight() >= 2);
            proxy.cut();
            proxy.delay(0);
            for (CompletableFuture<@Nullable Object> one : asked) {
                assertThat(one)
                        .failsWithin(SOON)
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(StoreUnavailable.class);
            }
            assertThat(System.nanoTime() - start).isLessThan(SOON.toNanos());
            observed.awaitWorking("u", SOON);
            Awaitility.await().until(() -> observed.backend().inFlight() < 2);
        }
    }

    @Test
    void aConnectionOnWhichNothingArrivesIsReplaced() throws Exception {
        try (DelayingProxy proxy = new DelayingProxy(RedisServers.single().port());
                ObservedBackend observed = new ObservedBackend(TestRedis.config(proxy.port())
                        .deadline(ObservedBackend.DEADLINE)
                        .build())) {
            observed.awaitWorking("u", SOON);
            EventLoop loop = TestRedis.TRANSPORT.group().next();
            loop.submit(() -> get(observed.dispatcher(), "a")).get().get(5, TimeUnit.SECONDS);
            proxy.silence();
            assertThat(loop.submit(() -> get(observed.dispatcher(), "a")).get())
                    .failsWithin(ObservedBackend.DEADLINE.plus(ObservedBackend.SLACK))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(StoreUnavailable.class);
            observed.awaitWorking("u", SOON);
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> loop.submit(() -> get(observed.dispatcher(), "a"))
                            .get()
                            .handle((value, failure) -> failure == null)
                            .get(5, TimeUnit.SECONDS));
        }
    }

    @Test
    void aConnectionThatRedisHasClosedCostsNoCommand() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed =
                    new ObservedBackend(TestRedis.config(server.port()).build())) {
                observed.awaitWorking("u", SOON);
                EventLoop loop = TestRedis.TRANSPORT.group().next();
                loop.submit(() -> get(observed.dispatcher(), "a")).get().get(5, TimeUnit.SECONDS);
                for (String line : connections(server)) {
                    server.send("CLIENT", "KILL", "ID", line.substring(3, line.indexOf(' ')));
                }
                // The loop has to have read that it is closed.
                Awaitility.await()
                        .atMost(SOON)
                        .until(() -> loop.submit(() -> get(observed.dispatcher(), "a"))
                                        .get()
                                        .handle((value, failure) -> failure == null)
                                        .get(5, TimeUnit.SECONDS)
                                && observed.outcomes("failed") <= 1);
                assertThat(observed.backend().state()).isEqualTo(State.CONNECTED);
            }
        }
    }

    @Test
    void aLoopWithNothingToDoKeepsAConnectionAllTheSame() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed =
                    new ObservedBackend(TestRedis.config(server.port()).build())) {
                Awaitility.await().atMost(SOON).until(() -> connections(server).size() == loops());
                assertThat(observed.outcomes("failed")).isZero();
            }
        }
    }

    /** Else the answers would go to the wrong commands, from then on. */
    @Test
    void aCommandThatCannotBeWrittenIsNotWaitedFor() throws Exception {
        RedisServer server = RedisServers.single();
        String key = TestRedis.freshKeys().nodes();
        server.send("SET", key, "value");
        CommandDispatcher dispatcher = TestRedis.single().dispatcher();
        Object defect = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("defect");
            }
        };
        EventLoop loop = TestRedis.TRANSPORT.group().next();
        List<CompletableFuture<@Nullable Object>> asked = loop.submit(() -> List.of(
                        get(dispatcher, key),
                        dispatcher.ask(Command.of(
                                CommandPurpose.BLOCK_FIND, key, RedisCommands.GET, StringCodec.INSTANCE, defect)),
                        get(dispatcher, key + "none")))
                .get();
        for (CompletableFuture<@Nullable Object> one : asked) {
            assertThat(one)
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(StoreUnavailable.class);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(loop.submit(() -> get(dispatcher, key)).get().get(5, TimeUnit.SECONDS))
                    .isEqualTo("value");
            assertThat(loop.submit(() -> get(dispatcher, key + "none")).get().get(5, TimeUnit.SECONDS))
                    .isNull();
        }
    }

    @Test
    void aTextThatSomebodyWroteMayBeLongerThanAnyOfOurs() throws Exception {
        RedisServer server = RedisServers.single();
        String key = TestRedis.freshKeys().nodes();
        server.send("SET", key, "x".repeat(3 << 20));
        CommandDispatcher dispatcher = TestRedis.single().dispatcher();
        List<CompletableFuture<@Nullable Object>> asked = TestRedis.TRANSPORT
                .group()
                .next()
                .submit(() -> List.of(get(dispatcher, key), get(dispatcher, key + "none")))
                .get();
        assertThat((String) asked.get(0).get(5, TimeUnit.SECONDS)).hasSizeBetween(1 << 16, 1 << 20);
        assertThat(asked.get(1).get(5, TimeUnit.SECONDS)).isNull();
        server.send("UNLINK", key);
    }

    private static long received(RedisServer server) throws Exception {
        return ((String) server.send("INFO", "stats"))
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    /** Else it would be asked of another database, or there would be a connection for each command. */
    @Test
    void whereTheDatabaseIsRefusedNothingIsAskedAndRedisIsSeldomConnectedTo() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            server.send("SET", "here", "in database 0");
            try (ObservedBackend observed = new ObservedBackend(
                    TestRedis.config(server.port()).database(3).build())) {
                observed.awaitWorking("u", SOON);
                EventLoop loop = TestRedis.TRANSPORT.group().next();
                assertThat(loop.submit(() -> get(observed.dispatcher(), "here")).get())
                        .succeedsWithin(SOON)
                        .isNull();
                server.send("ACL", "SETUSER", "default", "-select");
                for (String line : connections(server)) {
                    server.send("CLIENT", "KILL", "ID", line.substring(3, line.indexOf(' ')));
                }
                long before = received(server);
                int asked = 300;
                for (int i = 0; i < asked; i++) {
                    assertThat(loop.submit(() -> get(observed.dispatcher(), "here"))
                                    .get())
                            .failsWithin(SOON)
                            .withThrowableOfType(ExecutionException.class)
                            .withCauseInstanceOf(StoreUnavailable.class);
                }
                assertThat(received(server) - before).isLessThan(asked / 2);
                assertThat(observed.backend().state()).isEqualTo(State.FAILED);
                server.send("ACL", "SETUSER", "default", "+select");
                observed.awaitWorking("u", SOON.multipliedBy(2));
            }
        }
    }

    @Test
    void whatIsAskedAfterTheEndFailsAndConnectsNothing() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            EventLoop loop = TestRedis.TRANSPORT.group().next();
            ObservedBackend observed =
                    new ObservedBackend(TestRedis.config(server.port()).build());
            observed.awaitWorking("u", SOON);
            observed.close();
            for (int i = 0; i < 3; i++) {
                assertThat(loop.submit(() -> get(observed.dispatcher(), "a")).get())
                        .failsWithin(SOON)
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(StoreUnavailable.class);
            }
            Awaitility.await()
                    .during(Duration.ofMillis(300))
                    .atMost(SOON)
                    .until(() -> connections(server).isEmpty());
            assertThat(observed.backend().inFlight()).isZero();
        }
    }

    /** It has been asked for longer than those that were sent while its digest was on the way. */
    @Test
    void aScriptThatHasToBeSentInFullIsNotWaitedForLongerThanAnythingElse() throws Exception {
        Duration deadline = Duration.ofSeconds(1);
        try (DelayingProxy proxy = new DelayingProxy(RedisServers.single().port());
                ObservedBackend observed = new ObservedBackend(
                        TestRedis.config(proxy.port()).deadline(deadline).build())) {
            observed.awaitWorking("u", SOON);
            EventLoop loop = TestRedis.TRANSPORT.group().next();
            loop.submit(() -> get(observed.dispatcher(), "a")).get().get(5, TimeUnit.SECONDS);
            Script unknown = new Script("return {" + System.nanoTime() + "}", "0".repeat(40));
            proxy.delay(900);
            long start = System.nanoTime();
            CompletableFuture<@Nullable Object> script = loop.submit(
                            () -> observed.dispatcher().ask(unknown.call(CommandPurpose.BLOCK_FIND, "a")))
                    .get();
            CompletableFuture<Long> took = script.handle((value, failure) -> System.nanoTime() - start);
            CompletableFuture<@Nullable Object> other = loop.schedule(
                            () -> {
                                proxy.delay(10_000);
                                return get(observed.dispatcher(), "a");
                            },
                            800,
                            TimeUnit.MILLISECONDS)
                    .get();
            assertThat(other).failsWithin(SOON);
            assertThat(script).isCompletedExceptionally();
            assertThat(Duration.ofNanos(took.get(5, TimeUnit.SECONDS)))
                    .isLessThan(deadline.plus(Duration.ofMillis(500)));
        }
    }
}
