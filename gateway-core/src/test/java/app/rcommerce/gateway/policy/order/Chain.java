package app.rcommerce.gateway.policy.order;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.limit.shared.AnsweredLimitStore;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.PolicyOrder;
import app.rcommerce.gateway.policy.PolicyRun;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.access.Bans;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.ReplyStore;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.store.SessionStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.memory.MemoryConcurrencyStore;
import app.rcommerce.gateway.store.memory.MemoryEntryTicketStore;
import app.rcommerce.gateway.store.memory.MemoryStores;
import app.rcommerce.gateway.store.near.Near;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearReplies;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.time.HandClock;
import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.KeySource;
import app.rcommerce.gateway.token.Tokens;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** All policies of a configuration over memory stores that can be made to fail, under a hand clock. For one thread. */
public final class Chain {

    /** The API key {@code erp}. */
    public static final String KEY = "aB3dEfGh.sEcReTkEy123456789abcdef1234567";

    /** A token of user 42. */
    public static final String TOKEN = Tokens.hs256(Tokens.CLAIMS);

    /** How one call ended. */
    public record Outcome(
            Call call, @Nullable Reply reply, @Nullable Throwable failure) {

        /** The status; 0 where the request is forwarded. */
        public int status() {
            return reply == null ? 0 : reply.status();
        }

        /** The status and the code: {@code 429 RATE_LIMIT_EXCEEDED}; {@code forwarded} where there is neither. */
        public String told() {
            return reply == null ? "forwarded" : reply.status() + " " + call.denialCode();
        }

        public String field(String name) {
            return new FieldList(reply.fields()).get(name);
        }

        public String body() {
            return new String(reply.body(), StandardCharsets.UTF_8);
        }
    }

    private record TestRequest(String method, Target target, String host, Headers headers) implements Request {
        @Override
        public String authority() {
            return host;
        }

        @Override
        public boolean isWebSocketHandshake() {
            return headers.contains("sec-websocket-version");
        }
    }

    public final HandClock clock = new HandClock(Tokens.NOW);
    public final List<String> decisions = new ArrayList<>();
    public final List<String> admitted = new ArrayList<>();
    public final Stores stores = MemoryStores.of(clock, 1 << 20);
    public int keysAsked;
    public int nodes = 1;
    /** What the upstream answers. */
    public int upstream = 200;
    /** What every call to the shared limits, blocks and revocations fails with, or null. */
    public @Nullable RuntimeException failure;
    /** Whether stores throw where they should answer with a failed stage. */
    public boolean throwing;

    private final NearBlockList blocks;
    private final PolicyOrder policies;
    public final Bans bans;
    public final List<String> banned = new ArrayList<>();

    public Chain(String toml) {
        this(toml, Duration.ZERO);
    }

    public Chain(String toml, Duration nearTtl) {
        this(toml, nearTtl, true);
    }

    /** With {@code shared} false the limits are this node's own, as where there is no Redis. */
    public Chain(String toml, Duration nearTtl, boolean shared) {
        LimitStore limits = failing(LimitStore.class, stores.limits());
        blocks = new NearBlockList(
                failing(BlockStore.class, stores.blocks()), new Near(Tracking.NONE, nearTtl, false), clock);
        GatewayConfig config = config(toml);
        bans = Bans.of(
                config.access().bans(),
                new Bans.Dependencies(
                        limits,
                        failing(BlockStore.class, stores.blocks()),
                        blocks,
                        clock,
                        (ban, subject, life) -> banned.add(ban.name() + " " + subject + " " + life.toSeconds())));
        policies = Policies.of(
                        config,
                        new Policies.Shared(
                                shared ? new AnsweredLimitStore(limits, clock, 1 << 20) : limits,
                                failing(ConcurrencyStore.class, stores.slots()),
                                new LocalQuotas(clock, 1 << 20),
                                new MemoryConcurrencyStore(),
                                () -> nodes,
                                blocks,
                                new NearRevocations(
                                        failing(RevocationStore.class, stores.revocations()),
                                        new Near(Tracking.NONE, nearTtl, false),
                                        clock),
                                new NearSessions(
                                        failing(SessionStore.class, stores.sessions()),
                                        new Near(Tracking.NONE, nearTtl, false),
                                        clock),
                                failing(SocketStore.class, stores.sockets()),
                                new NearReplies(
                                        failing(ReplyStore.class, stores.replies()),
                                        new Near(Tracking.NONE, nearTtl, false),
                                        clock,
                                        1 << 20),
                                new MemoryEntryTicketStore(clock),
                                clock,
                                new Telemetry() {
                                    @Override
                                    public void decided(String policy, String outcome) {
                                        decisions.add(policy + " " + outcome);
                                    }

                                    @Override
                                    public void admitted(String limit, boolean nearQuota) {
                                        admitted.add(limit + (nearQuota ? " near its quota" : ""));
                                    }
                                }),
                        new KeySource() {
                            private final KeySet keys = KeySet.ofSecret(Tokens.SECRET.getBytes(StandardCharsets.UTF_8));

                            @Override
                            public KeySet current() {
                                keysAsked++;
                                return keys;
                            }

                            @Override
                            public CompletionStage<KeySet> refresh() {
                                return CompletableFuture.completedStage(keys);
                            }
                        })
                .requests();
    }

    private static GatewayConfig config(String toml) {
        try {
            Path file = Files.createTempFile("chain", ".toml");
            try {
                Files.writeString(file, toml);
                return switch (ConfigReader.read(file, name -> null)) {
                    case ConfigReader.Result.Loaded loaded -> loaded.config();
                    case ConfigReader.Result.Rejected rejected -> throw new AssertionError(rejected.problems());
                };
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private <T> T failing(Class<T> type, T store) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    boolean asked = failure instanceof StoreUnavailable unavailable && unavailable.isLate();
                    if (asked && method.getName().equals("charge")) {
                        return method.invoke(store, arguments);
                    }
                    if (failure != null && throwing) {
                        throw failure;
                    }
                    if (failure != null && method.getReturnType() != CompletionStage.class) {
                        return null;
                    }
                    if (failure != null) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** Fetches blocked ranges anew, as the gateway does all the time. */
    public void refreshRanges() {
        blocks.refresh();
    }

    /** A GET from the address, with names and values of fields. */
    public Outcome get(String address, String path, String... fields) {
        return ask("GET", address, path, fields);
    }

    public Outcome ask(String method, String address, String path, String... fields) {
        Request request = new TestRequest(method, Paths.parse(path), "shop.test", FieldList.of(fields));
        Call call = new Call(request, "req_1", Addresses.parse(address));
        List<Outcome> outcomes = new ArrayList<>();
        new PolicyRun(policies, call, Runnable::run, (reply, thrown) -> outcomes.add(new Outcome(call, reply, thrown)))
                .start();
        if (outcomes.size() != 1) {
            throw new AssertionError("ended " + outcomes.size() + " times (expected: once, at once)");
        }
        Outcome outcome = outcomes.getFirst();
        bans.answered(call, outcome.reply() == null ? upstream : outcome.status());
        return outcome;
    }
}
