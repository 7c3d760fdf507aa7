package app.rcommerce.gateway.policy.order;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.PolicyOrder;
import app.rcommerce.gateway.policy.PolicyRun;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.ReplyStore;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.store.SessionStore;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.memory.MemoryConcurrencyStore;
import app.rcommerce.gateway.store.memory.MemoryEntryTicketStore;
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
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The strict policies over stores that answer a trip at a time: what was asked before a trip, and nothing else. */
final class TripChain {

    private record TestRequest(String method, Target target, String host, Headers headers) implements Request {
        @Override
        public String authority() {
            return host;
        }
    }

    private record Question(
            String what,
            CompletableFuture<Object> open,
            @Nullable Object answer) {}

    /** A call under way. */
    final class Run {
        private final List<Integer> ended = new ArrayList<>();

        /** Answers what is open, and tells what it was. */
        List<String> trip() {
            List<Question> together = List.copyOf(open);
            open.clear();
            together.forEach(question -> question.open().complete(question.answer()));
            return together.stream().map(Question::what).toList();
        }

        /** Answers everything until nothing is asked any more. */
        Run answered() {
            while (!trip().isEmpty()) {
                // More may have been asked since.
            }
            return this;
        }

        /** How it was answered; 0 where it was forwarded. */
        int status() {
            if (ended.size() != 1) {
                throw new AssertionError("ended " + ended.size() + " times; open: " + open);
            }
            return ended.getFirst();
        }
    }

    @Nullable
    Block block;

    boolean revoked;
    /** What the limits know at once; null where they have to ask. */
    @Nullable
    Decision decision;
    /** Whether this node knows that there is no place for another request in flight. */
    boolean full;

    /** Whether the node holds permits of every user. */
    boolean held;

    private final List<Question> open = new ArrayList<>();
    private final PolicyOrder policies;

    TripChain(String toml) {
        this(toml, KeySource.fixed(KeySet.ofSecret(Tokens.SECRET.getBytes(StandardCharsets.UTF_8))));
    }

    TripChain(String toml, KeySource keys) {
        HandClock clock = new HandClock(Tokens.NOW);
        Near near = new Near(Tracking.NONE, Duration.ofMillis(500), true);
        policies = Policies.of(
                        config(toml),
                        new Policies.Shared(
                                asking(LimitStore.class),
                                asking(ConcurrencyStore.class),
                                new LocalQuotas(clock, 1 << 20),
                                new MemoryConcurrencyStore(),
                                () -> 1,
                                new NearBlockList(asking(BlockStore.class), near, clock),
                                new NearRevocations(asking(RevocationStore.class), near, clock),
                                new NearSessions(asking(SessionStore.class), near, clock),
                                asking(SocketStore.class),
                                new NearReplies(asking(ReplyStore.class), near, clock, 1 << 20),
                                new MemoryEntryTicketStore(clock),
                                clock,
                                Telemetry.NONE),
                        keys)
                .requests();
    }

    /** The policies by their names, in the order in which they decide. */
    List<String> order() {
        return policies.policies().stream()
                .map(policy -> policy.getClass().getSimpleName())
                .toList();
    }

    private static GatewayConfig config(String toml) {
        try {
            Path file = Files.createTempFile("trips", ".toml");
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
            throw new UncheckedIOException(e);
        }
    }

    private <T> T asking(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    String name = method.getName();
                    if (name.equals("generation")) {
                        return CompletableFuture.completedFuture("none");
                    }
                    if (name.equals("isShared")) {
                        return true;
                    }
                    if (name.equals("takeNear")) {
                        return held && arguments[0].toString().startsWith("user:")
                                ? granted((List<?>) arguments[1])
                                : decision;
                    }
                    if (name.equals("enter") && full) {
                        return CompletableFuture.completedFuture(null);
                    }
                    Object answer = switch (name) {
                        case "find" -> block;
                        case "isRevoked" -> revoked;
                        case "cutoff" -> RevocationStore.NO_CUTOFF;
                        case "take" -> granted((List<?>) arguments[1]);
                        default -> null;
                    };
                    boolean named = name.equals("find") || name.equals("take");
                    CompletableFuture<Object> stage = new CompletableFuture<>();
                    open.add(new Question(named ? name + " " + arguments[0] : name, stage, answer));
                    return stage;
                }));
    }

    private static Decision granted(List<?> meters) {
        return new Decision(
                true,
                0,
                meters.stream().map(meter -> new Decision.State(1, 0, false)).toList());
    }

    Run get(String path, String... fields) {
        Run run = new Run();
        Request request = new TestRequest("GET", Paths.parse(path), "shop.test", FieldList.of(fields));
        Call call = new Call(request, "req_1", Addresses.parse("203.0.113.9"));
        new PolicyRun(policies, call, Runnable::run, (reply, thrown) -> {
                    if (thrown != null) {
                        throw new AssertionError(thrown);
                    }
                    run.ended.add(reply == null ? 0 : reply.status());
                })
                .start();
        return run;
    }
}
