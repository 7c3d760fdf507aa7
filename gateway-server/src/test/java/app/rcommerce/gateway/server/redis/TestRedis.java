package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.CacheConfig.Pool;
import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.config.CacheConfig.Ttl;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.limit.slot.LeasingConcurrencyStore;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.store.RedisStores;
import app.rcommerce.gateway.server.redis.store.Unreadable;
import app.rcommerce.gateway.server.testing.TestTransport;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.memory.MemoryTopicStore;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;

/** Backends for tests: one for each shared server, with keys of its own for every test, and configurations. */
public final class TestRedis {

    public static final Transport TRANSPORT = TestTransport.start(2);
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static TestRedis single;
    private static TestRedis cluster;

    private final RedisConfig config;
    private final RedisBackend backend;
    private final Queue<String> unreadable = new ConcurrentLinkedQueue<>();

    private TestRedis(RedisConfig config) {
        this.config = config;
        backend = RedisBackend.connect(
                cache(config, KeyTemplates.DEFAULTS),
                RedisBackend.Needs.ALL,
                TRANSPORT,
                Clock.system(),
                RedisEvents.NONE);
        awaitState(backend, Backend.State.CONNECTED);
    }

    public static synchronized TestRedis single() {
        if (single == null) {
            single = new TestRedis(config(port()).build());
        }
        return single;
    }

    private static int port() {
        try {
            return RedisServers.single().port();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static synchronized TestRedis cluster() {
        if (cluster == null) {
            try {
                cluster = new TestRedis(config(0)
                        .cluster(RedisServers.cluster().stream()
                                .map(server -> "redis://127.0.0.1:" + server.port())
                                .toList())
                        .build());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return cluster;
    }

    public RedisBackend backend() {
        return backend;
    }

    /** One more backend at the same server, the caller's own to close, that hears its channel already. */
    public RedisBackend another(KeyTemplates keys) {
        RedisBackend another = RedisBackend.connect(
                cache(config, keys), RedisBackend.Needs.ALL, TRANSPORT, Clock.system(), RedisEvents.NONE);
        AtomicBoolean hears = new AtomicBoolean();
        another.nodeChannel().listen("test", new NodeChannel.MessageListener() {
            @Override
            public void heard(String text) {
                hears.set(true);
            }

            @Override
            public void missed() {
                hears.set(true);
            }
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(hears::get);
        return another;
    }

    /** Stores with keys that no other test uses. */
    public Stores fresh() {
        return stores(freshKeys());
    }

    public Stores stores(KeyTemplates keys) {
        return stores(keys, CacheConfig.SocketRecords.HASH);
    }

    /** As above, with records of WebSockets in this form. */
    public Stores stores(KeyTemplates keys, CacheConfig.SocketRecords sockets) {
        RedisStores stores = new RedisStores(
                backend.link(), dispatcher(), keys, sockets, Clock.system(), new Unreadable(unreadable::add));
        return stores.with(
                new LeasingConcurrencyStore(stores.ledger("test"), Clock.system()),
                new MemoryTopicStore(Clock.system(), 0),
                Duration.ZERO,
                true);
    }

    /** The kinds of values that its stores have not understood. */
    public Queue<String> unreadable() {
        return unreadable;
    }

    public CommandDispatcher dispatcher() {
        return backend.dispatcher();
    }

    public static KeyTemplates freshKeys() {
        String prefix = "t" + Long.toHexString(new Random().nextLong()) + "[*]:";
        return new KeyTemplates(
                prefix + "rate:{{identifier}}",
                prefix + "window/{identifier}/{window}/{start}",
                prefix + "slots:{identifier}",
                prefix + "block:{identifier}",
                prefix + "ranges",
                prefix + "token:{token_id}",
                prefix + "cutoff:{identifier}",
                prefix + "cache:{key}",
                prefix + "purges",
                prefix + "nodes",
                prefix + "session:{session_id}",
                prefix + "ws:session:{session_id}",
                prefix + "ticket_key:{period}",
                prefix + "history:{{topic}}",
                prefix + "topic:{{topic}}",
                prefix + "channel:{topic}",
                prefix + "entry:{ticket}",
                prefix + "presence:{topic}",
                prefix + "jobs:{queue}",
                prefix + "idempotency:{key}",
                prefix + "events");
    }

    static CacheConfig cache(RedisConfig redis, KeyTemplates keys) {
        return new CacheConfig(
                true,
                CacheConfig.Type.REDIS,
                redis,
                keys,
                1 << 20,
                1 << 24,
                Duration.ZERO,
                1 << 24,
                CacheConfig.Consistency.NEAR,
                CacheConfig.SocketRecords.HASH,
                CacheConfig.Nodes.DEFAULTS);
    }

    static void awaitState(Backend backend, Backend.State state) {
        Awaitility.await(state.name())
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> backend.state() == state);
    }

    /** The time of a store with a clock of its own. */
    public static Passage time() {
        return new Passage() {
            @Override
            public long millis() {
                return System.currentTimeMillis();
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void idle(Duration time) {
                long end = System.nanoTime() + time.toNanos();
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(1))
                        .pollDelay(Duration.ZERO)
                        .until(() -> System.nanoTime() >= end);
            }

            @Override
            public void within(Duration time, Runnable assertion) {
                Awaitility.await()
                        .atMost(time.plusSeconds(3))
                        .pollInterval(Duration.ofMillis(10))
                        .untilAsserted(assertion::run);
            }
        };
    }

    public static Builder config(int port) {
        return new Builder(port);
    }

    /** Configurations that differ from the usual one in a few points. */
    public static final class Builder {
        private final int port;
        private int database;
        private String username = "";
        private Secret password;
        private boolean tls;
        private Duration deadline = DEADLINE;
        private int connections = 12;
        private List<String> cluster = List.of();
        private CacheConfig.Sentinel sentinel;

        Builder(int port) {
            this.port = port;
        }

        public Builder database(int number) {
            database = number;
            return this;
        }

        public Builder user(String name, String secret) {
            username = name;
            password = new Secret(secret);
            return this;
        }

        public Builder tls() {
            tls = true;
            return this;
        }

        public Builder deadline(Duration time) {
            deadline = time;
            return this;
        }

        public Builder connections(int most) {
            connections = most;
            return this;
        }

        public Builder cluster(List<String> nodes) {
            cluster = nodes;
            return this;
        }

        public Builder sentinel(CacheConfig.Sentinel names) {
            sentinel = names;
            return this;
        }

        public RedisConfig build() {
            Duration minutes = Duration.ofMinutes(5);
            return new RedisConfig(
                    "127.0.0.1",
                    port,
                    database,
                    username,
                    password,
                    tls,
                    CacheConfig.RedisTls.USUAL,
                    deadline,
                    Duration.ofSeconds(1),
                    Duration.ZERO,
                    new Pool(connections, Math.min(2, connections), Duration.ofSeconds(5), minutes),
                    new Ttl(minutes, minutes, minutes, minutes),
                    cluster,
                    sentinel);
        }
    }
}
