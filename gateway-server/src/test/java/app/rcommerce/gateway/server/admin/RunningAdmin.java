package app.rcommerce.gateway.server.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.listen.ListenAddress;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.server.admin.operations.GatewayControl;
import app.rcommerce.gateway.server.admin.operations.GatewayOperations;
import app.rcommerce.gateway.server.admin.operations.Phase;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.metrics.GatewayMetrics;
import app.rcommerce.gateway.server.refusals.RecentRefusals;
import app.rcommerce.gateway.server.refusals.RefusalSearch;
import app.rcommerce.gateway.server.sockets.OpenSockets;
import app.rcommerce.gateway.server.sockets.RecordMeter;
import app.rcommerce.gateway.server.testing.TestTransport;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.server.upkeep.ReplyPurge;
import app.rcommerce.gateway.server.upkeep.Upkeep;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.ReplyStore;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.memory.MemoryNodeChannel;
import app.rcommerce.gateway.store.memory.MemoryStores;
import app.rcommerce.gateway.store.near.Near;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.time.HandClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An admin port over memory stores, a hand clock, and a configuration of its own. */
public final class RunningAdmin implements AutoCloseable {

    public static final String TOKEN = "an admin token for tests";

    /** The configuration in force. */
    public static final String CONFIG = """
            [server]
            listen = ["127.0.0.1:0"]
            [auth.jwt]
            algorithms = ["HS256"]
            secret = "a development secret of at least 32 characters"
            clock_skew = "30s"
            max_token_life = "48h"
            [[auth.api_keys]]
            id = "erp"
            sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            scopes = ["read"]
            limit_multiplier = 2.0
            [access]
            block = ["ip:198.51.100.7", "ip:192.0.2.0/24"]
            allow = ["ip:203.0.113.200"]
            [limits.flood]
            key = "ip"
            rates = ["3000/minute"]
            [limits.anonymous]
            key = "ip"
            applies_to = "anonymous"
            rates = ["60/minute", "3000/hour"]
            [limits.user]
            key = "subject"
            rates = ["500/minute"]
            [limits.api_key]
            key = "api_key"
            rates = ["1000/minute"]
            mode = "shadow"
            [limits.any]
            key = "identity"
            rates = ["7/day"]
            [upstreams.commerce]
            servers = ["http://127.0.0.1:8081"]
            [[routes]]
            name = "products"
            path = "/api/v1/products/**"
            methods = ["GET", "HEAD"]
            upstream = "commerce"
            auth = "optional"
            scopes = ["products:read"]
            limits = ["flood", "anonymous", "user", "api_key", "any"]
            cache = { ttl = "5m", shared = true }
            """;

    public final HandClock clock = new HandClock();
    public final GatewayMetrics metrics = new GatewayMetrics("test", clock);
    public final Stores stores = MemoryStores.of(clock, 1 << 20);
    public final NearBlockList nearBlocks;
    public final NearRevocations nearRevocations;
    public final NearSessions nearSessions;
    public final OpenSockets openSockets;
    public final AtomicInteger purges = new AtomicInteger();
    public final List<String> woken = new CopyOnWriteArrayList<>();
    public final RecentRefusals refusals = new RecentRefusals(16);
    public final NodeChannel channel = new MemoryNodeChannel();
    public volatile boolean storeAway;
    public volatile Phase phase = Phase.SERVING;
    public volatile List<ConfigProblem> problems = List.of();
    public final List<String> levels = new CopyOnWriteArrayList<>();
    public final GatewayConfig config;
    public final GatewayOperations operations;

    private final Transport transport = TestTransport.start(1);
    private final AdminServer server;

    public RunningAdmin(@Nullable String token) {
        Stores guarded = new Stores(
                guarded(LeaseStore.class, stores.limits()),
                guarded(LeaseStore.class, stores.windows()),
                guarded(ConcurrencyStore.class, stores.slots()),
                guarded(BlockStore.class, stores.blocks()),
                guarded(RevocationStore.class, stores.revocations()),
                guarded(ReplyStore.class, stores.replies()),
                stores.sessions(),
                guarded(SocketStore.class, stores.sockets()),
                stores.ticketKeys(),
                stores.topics(),
                stores.entryTickets(),
                stores.presence(),
                guarded(JobStore.class, stores.jobs()),
                stores.idempotency());
        nearBlocks = new NearBlockList(guarded.blocks(), new Near(Tracking.NONE, Duration.ofHours(1), false), clock);
        nearRevocations =
                new NearRevocations(guarded.revocations(), new Near(Tracking.NONE, Duration.ofHours(1), false), clock);
        nearSessions = new NearSessions(stores.sessions(), new Near(Tracking.NONE, Duration.ofHours(1), false), clock);
        config = read();
        openSockets = new OpenSockets(
                guarded.sockets(),
                new OpenSockets.Rules(CacheConfig.SocketRecords.HASH, Duration.ofHours(1), "web-1/42"),
                () -> true,
                RecordMeter.NONE,
                clock);
        Backend backend = backend(guarded);
        operations = new GatewayOperations(
                new GatewayOperations.Dependencies(
                        backend,
                        nearBlocks,
                        nearRevocations,
                        nearSessions,
                        openSockets,
                        guarded.limits(),
                        new LocalQuotas(clock, 1 << 20),
                        () -> 2,
                        new ReplyPurge(backend, purges::incrementAndGet),
                        new Upkeep(guarded.jobs(), clock, woken::add),
                        new RefusalSearch("web-1/42", refusals, channel, () -> 0)::find),
                new GatewayControl(
                        () -> phase,
                        () -> new GatewayControl.Loaded(config, 1_767_225_600_000L, problems, List.of()),
                        () -> problems,
                        (logger, level) -> levels.add(logger + "=" + level),
                        () -> 12,
                        name -> 3,
                        List::of),
                clock);
        try {
            server = AdminServer.start(
                    transport,
                    new ServerConfig.AdminConfig(
                            new ListenAddress("127.0.0.1", 0), token == null ? null : new Secret(token)),
                    operations,
                    metrics::scrape,
                    metrics::adminRefused);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GatewayConfig read() {
        try {
            Path file = Files.createTempFile("gateway", ".toml");
            Files.writeString(file, CONFIG);
            ConfigReader.Result result = ConfigReader.read(file, name -> null);
            Files.delete(file);
            return switch (result) {
                case ConfigReader.Result.Loaded loaded -> loaded.config();
                case ConfigReader.Result.Rejected rejected -> throw new AssertionError(rejected.problems());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The store while it is there, and one that cannot be asked while it is not. */
    private <T> T guarded(Class<T> type, T store) {
        InvocationHandler handler = (proxy, method, arguments) -> storeAway
                ? CompletableFuture.failedFuture(new StoreUnavailable("connection refused"))
                : method.invoke(store, arguments);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Backend backend(Stores guarded) {
        return new Backend() {
            @Override
            public long evictedKeys() {
                return 0;
            }

            @Override
            public int connectionsInUse() {
                return 0;
            }

            @Override
            public Stores stores() {
                return guarded;
            }

            @Override
            public Tracking tracking() {
                return Tracking.NONE;
            }

            @Override
            public String trackingText() {
                return "none";
            }

            @Override
            public boolean isTrackingSettled() {
                return true;
            }

            @Override
            public NodeChannel nodeChannel() {
                return channel;
            }

            @Override
            public int nodes() {
                return 2;
            }

            @Override
            public State state() {
                return storeAway ? State.RECONNECTING : State.CONNECTED;
            }

            @Override
            public String detail() {
                return storeAway ? "connection refused" : "";
            }

            @Override
            public CompletionStage<State> probe() {
                return CompletableFuture.completedFuture(state());
            }

            @Override
            public void close() {
                // Nothing to close.
            }
        };
    }

    public int port() {
        return server.address().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Sends bytes as they are and reads until the server closes. */
    public String raw(String request) {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        metrics.close();
        transport.stop();
    }
}
