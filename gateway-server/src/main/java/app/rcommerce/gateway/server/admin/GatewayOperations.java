package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.FixedAtStart;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.server.about.Version;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators ask, done on the stores and on this node's near copies of them. Every change is logged. Safe for any
 * thread.
 */
public final class GatewayOperations implements Operations {

    /**
     * What the operations work on.
     *
     * @param backend the shared store
     * @param blocks this node's copy of the block list
     * @param revocations this node's copy of the revocations
     * @param limits counts, as policies ask them
     * @param localQuotas what this node admits while the store is silent
     * @param nodes by how many nodes quotas are divided then
     * @param purging run before stored replies are removed and once more afterwards: what this node is fetching
     *     meanwhile must not be stored
     */
    public record Parts(
            Backend backend,
            NearBlockList blocks,
            NearRevocations revocations,
            LimitStore limits,
            LocalQuotas localQuotas,
            IntSupplier nodes,
            Runnable purging) {}

    /** The topic of messages to nodes that must not store what they are fetching. */
    public static final String PURGE = "purge";

    /** The topic of messages to nodes that hold permits or a refusal of the identifier that is the text. */
    public static final String LIMIT_RESET = "limit-reset";

    private static final Logger LOG = LoggerFactory.getLogger(GatewayOperations.class);
    private static final Duration LEAST_REVOCATION = Duration.ofHours(24);

    private final Parts parts;
    private final Running running;
    private final Clock clock;
    private final long startNanos;

    /** Operations of a gateway that starts now. */
    public GatewayOperations(Parts parts, Running running, Clock clock) {
        this.parts = parts;
        this.running = running;
        this.clock = clock;
        this.startNanos = clock.nanos();
    }

    private GatewayConfig config() {
        return running.loaded().get().config();
    }

    @Override
    public Readiness readiness() {
        Phase phase = running.phase().get();
        Backend.State state = parts.backend().state();
        boolean storeGood = state == Backend.State.CONNECTED;
        int problems = running.loaded().get().problems().size();
        return new Readiness(
                phase == Phase.SERVING,
                List.of(
                        new Check("listener", phase == Phase.SERVING ? "ok" : "failed", phase.text()),
                        new Check("store", storeGood ? "ok" : "degraded", describe(state)),
                        new Check(
                                "config",
                                problems == 0 ? "ok" : "degraded",
                                problems == 0 ? "" : "the last reload was refused, problems: " + problems)));
    }

    private String describe(Backend.State state) {
        String detail = parts.backend().detail();
        return lower(state) + (detail.isEmpty() ? "" : ": " + detail);
    }

    @Override
    public Status status() {
        Running.Loaded loaded = running.loaded().get();
        GatewayConfig config = loaded.config();
        Map<String, Integer> upstreams = new LinkedHashMap<>();
        config.upstreams()
                .keySet()
                .forEach(name ->
                        upstreams.put(name, running.upstreamConnections().applyAsInt(name)));
        return new Status(
                Version.text(),
                running.phase().get().text(),
                TimeUnit.NANOSECONDS.toSeconds(clock.nanos() - startNanos),
                new StoreStatus(
                        lower(config.cache().type()),
                        lower(parts.backend().state()),
                        parts.backend().detail(),
                        parts.nodes().getAsInt(),
                        parts.backend().trackingText(),
                        parts.backend().evictedKeys()),
                new ConfigStatus(
                        config.files().stream().map(Object::toString).toList(),
                        time(loaded.atMillis()),
                        loaded.problems().stream().map(ConfigProblem::toString).toList(),
                        loaded.waiting().stream()
                                .map(FixedAtStart.Waiting::toString)
                                .toList()),
                new Connections(running.clientConnections().getAsInt(), upstreams),
                config.routes().size());
    }

    @Override
    public List<RouteEntry> routes() {
        return config().routes().stream().map(GatewayOperations::entry).toList();
    }

    private static RouteEntry entry(Route route) {
        Handler.CacheRule rule = route.cache();
        return new RouteEntry(
                route.name(),
                route.hosts(),
                route.methods().stream().sorted().toList(),
                route.path().toString(),
                lower(route.auth()),
                route.scopes(),
                route.limits(),
                rule == null ? null : new CacheEntry(rule.ttl().toSeconds(), rule.shared(), rule.maxEntryBytes()),
                route.handler() instanceof Handler.Proxy proxy ? proxy.upstream() : null,
                route.handler().summary());
    }

    @Override
    public CompletionStage<BlockList> blocks() {
        return parts.backend().stores().blocks().list(MOST_BLOCKS).thenApply(shared -> {
            List<BlockEntry> entries = new ArrayList<>();
            config().access()
                    .block()
                    .forEach(
                            subject -> entries.add(new BlockEntry(subject.toString(), "", "static", null, null, null)));
            shared.forEach(block -> entries.add(entry(block)));
            return new BlockList(entries, shared.size() >= MOST_BLOCKS);
        });
    }

    private BlockEntry entry(Block block) {
        long left = Math.max(0, block.untilMillis() - clock.millis());
        String note = isAllowed(block.subject())
                ? "the configuration's allowlist names this subject, which beats every block"
                : null;
        return new BlockEntry(
                block.subject().toString(), block.reason(), "shared", secondsUp(left), time(block.untilMillis()), note);
    }

    private boolean isAllowed(Subject subject) {
        AccessList allowed = new AccessList(config().access().allow());
        if (!(subject instanceof Subject.One one)) {
            return false;
        }
        Identifier identifier = one.identifier();
        byte[] address = identifier.kind() == Identifier.Kind.IP ? Addresses.parse(identifier.value()) : null;
        return address == null ? allowed.names(identifier) : allowed.namesAddress(address, identifier);
    }

    @Override
    public CompletionStage<BlockEntry> block(Subject subject, Duration life, String reason) {
        return parts.backend().stores().blocks().block(subject, life, reason).thenCompose(done -> {
            Block block = new Block(subject, reason, clock.millis() + life.toMillis());
            parts.blocks().blocked(block);
            return refreshed(subject).thenApply(seen -> {
                LOG.info("admin: {} blocked for {} s: {}", subject, life.toSeconds(), reason);
                return entry(block);
            });
        });
    }

    /** Ranges that others have changed since are seen at once, where that can be; otherwise when they are told. */
    private CompletionStage<Boolean> refreshed(Subject subject) {
        return subject instanceof Subject.Range
                ? parts.blocks().refresh().handle((done, failure) -> failure == null)
                : CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletionStage<Boolean> unblock(Subject subject) {
        return parts.backend().stores().blocks().unblock(subject).thenCompose(removed -> {
            parts.blocks().unblocked(subject);
            return refreshed(subject).thenApply(seen -> {
                LOG.info("admin: {} unblocked: {}", subject, removed ? "done" : "was not blocked");
                return removed;
            });
        });
    }

    @Override
    public boolean isBlockedByConfiguration(Subject subject) {
        return config().access().block().contains(subject);
    }

    @Override
    public CompletionStage<Revocation> revoke(Revocable token, @Nullable Duration life) {
        Duration kept = life == null ? lifeLeft(token) : life;
        return parts.backend()
                .stores()
                .revocations()
                .revoke(token.tokenId(), kept, "")
                .thenApply(done -> {
                    parts.revocations().revoked(token.tokenId(), kept);
                    LOG.info("admin: token {} revoked for {} s", token.tokenId(), kept.toSeconds());
                    return new Revocation(token.tokenId(), null, null, kept.toSeconds());
                });
    }

    /** Until the token would expire by itself, the skew included that is granted to it then. */
    private Duration lifeLeft(Revocable token) {
        if (token.expiresAtMillis() == Revocable.UNKNOWN) {
            return defaultLife();
        }
        var jwt = config().auth().jwt();
        Duration skew = jwt == null ? Duration.ZERO : jwt.clockSkew();
        return Duration.ofSeconds(secondsUp(Math.max(0, token.expiresAtMillis() - clock.millis())))
                .plus(skew)
                .plusSeconds(1);
    }

    /** As long as any token may live that was issued before now: configured, or seen. */
    private Duration defaultLife() {
        CacheConfig.RedisConfig redis = config().cache().redis();
        var jwt = config().auth().jwt();
        return Stream.of(
                        LEAST_REVOCATION,
                        redis == null ? Duration.ZERO : redis.ttl().tokenBlacklist(),
                        jwt == null ? Duration.ZERO : jwt.maxTokenLife().plus(jwt.clockSkew()),
                        parts.revocations().longestLife())
                .max(Comparator.naturalOrder())
                .orElse(LEAST_REVOCATION);
    }

    @Override
    public CompletionStage<Revocation> revokeBefore(Identifier subject, long cutoffMillis, @Nullable Duration life) {
        Duration kept = life == null ? defaultLife() : life;
        return parts.backend()
                .stores()
                .revocations()
                .revokeBefore(subject, cutoffMillis, kept)
                .thenApply(done -> {
                    parts.revocations().cutOff(subject, cutoffMillis, kept);
                    String before = time(cutoffMillis);
                    LOG.info(
                            "admin: tokens of {} issued before {} revoked for {} s", subject, before, kept.toSeconds());
                    return new Revocation(null, subject.toString(), before, kept.toSeconds());
                });
    }

    @Override
    public CompletionStage<Boolean> restore(Revocable token) {
        return parts.backend().stores().revocations().restore(token.tokenId()).thenApply(found -> {
            parts.revocations().restored(token.tokenId());
            return restored(token.tokenId(), found);
        });
    }

    @Override
    public CompletionStage<Boolean> restore(Identifier subject) {
        return parts.backend().stores().revocations().restore(subject).thenApply(found -> {
            parts.revocations().restored(subject);
            return restored(subject.toString(), found);
        });
    }

    private static boolean restored(String what, boolean found) {
        LOG.info("admin: {} restored: {}", what, found ? "done" : "was not revoked");
        return found;
    }

    @Override
    public CompletionStage<Usage> usage(Identifier counted) {
        return LimitUsage.of(
                config(), counted, parts.limits(), parts.backend().stores().slots());
    }

    @Override
    public CompletionStage<Void> reset(Identifier counted) {
        return parts.limits()
                .reset(counted)
                .thenRun(() -> parts.localQuotas().forget(counted))
                .thenCompose(done -> tell(LIMIT_RESET, counted.toString()))
                .thenAccept(told -> LOG.info("admin: limits of {} reset", counted));
    }

    @Override
    public CompletionStage<Long> purge(@Nullable PathPattern paths) {
        return purging()
                .thenCompose(told -> parts.backend().stores().replies().purge(paths))
                .thenCompose(purged -> purging().thenApply(told -> {
                    LOG.info("admin: {} stored replies purged: {}", purged, paths == null ? "all" : paths);
                    return purged;
                }));
    }

    /** No node may store what it is fetching now: this one, and the others if they can be told. */
    private CompletionStage<Boolean> purging() {
        parts.purging().run();
        return tell(PURGE, "");
    }

    private CompletionStage<Boolean> tell(String topic, String text) {
        return parts.backend().nodeChannel().publish(topic, text).handle((done, failure) -> {
            if (failure != null) {
                LOG.warn("admin: other nodes cannot be told of a {}: {}", topic, failure.getMessage());
            }
            return failure == null;
        });
    }

    @Override
    public List<ConfigProblem> reload() {
        return running.reload().get();
    }

    @Override
    public long nowMillis() {
        return clock.millis();
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    static long secondsUp(long millis) {
        return Math.ceilDiv(millis, 1000L);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
