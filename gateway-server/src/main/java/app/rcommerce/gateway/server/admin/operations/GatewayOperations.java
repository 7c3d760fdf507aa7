package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.ServerConfig.LogLevel;
import app.rcommerce.gateway.config.effective.EffectiveConfig;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.backend.OtherNodes;
import app.rcommerce.gateway.server.sockets.OpenSockets;
import app.rcommerce.gateway.server.upkeep.PurgeJob;
import app.rcommerce.gateway.server.upkeep.ReplyPurge;
import app.rcommerce.gateway.server.upkeep.Upkeep;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The implementation of {@link Operations} on the stores and on this node's near copies of them. Every change is
 * logged. Safe for any thread.
 */
public final class GatewayOperations implements Operations {

    /**
     * The stores and callbacks that the operations work on.
     *
     * @param backend the shared store
     * @param blocks this node's copy of the block list
     * @param revocations this node's copy of the revocations
     * @param sessions this node's copy of the login sessions
     * @param openSockets the WebSockets that are open on this node
     * @param limits counts, as policies ask them
     * @param localQuotas what this node admits while the store is silent
     * @param nodes by how many nodes quotas are divided then
     * @param purge the removal of stored replies
     * @param upkeep the queue of what another node goes on with where this one dies
     * @param refusals what nodes remember of a refused request with an id, as {@link Operations#decision} tells it
     */
    public record Dependencies(
            Backend backend,
            NearBlockList blocks,
            NearRevocations revocations,
            NearSessions sessions,
            OpenSockets openSockets,
            LimitStore limits,
            LocalQuotas localQuotas,
            IntSupplier nodes,
            ReplyPurge purge,
            Upkeep upkeep,
            Function<String, CompletionStage<@Nullable Map<String, Object>>> refusals) {}

    /** The topic of messages to nodes that hold permits or a refusal of the identifier that is the text. */
    public static final String LIMIT_RESET = "limit-reset";

    private static final Logger LOG = LoggerFactory.getLogger(GatewayOperations.class);

    private final Dependencies dependencies;
    private final GatewayControl gateway;
    private final Clock clock;
    private final StatusReport report;
    private final BlockOperations blocks;
    private final RevocationOperations revocations;
    private final SessionOperations sessions;
    private final TopicOperations topics;
    private final SocketOperations sockets;
    private final JobOperations jobs;

    /** Operations of a gateway that starts now. */
    public GatewayOperations(Dependencies dependencies, GatewayControl gateway, Clock clock) {
        this.dependencies = dependencies;
        this.gateway = gateway;
        this.clock = clock;
        this.report = new StatusReport(dependencies, gateway, clock);
        this.blocks = new BlockOperations(dependencies, gateway, clock);
        this.revocations = new RevocationOperations(dependencies, gateway, clock);
        this.sessions = new SessionOperations(
                dependencies.backend().stores().sessions(), dependencies.sessions(), gateway, clock);
        this.topics = new TopicOperations(dependencies, gateway);
        this.jobs = new JobOperations(
                dependencies.backend().stores().jobs(),
                () -> gateway.loaded().get().config().queues());
        this.sockets = new SocketOperations(dependencies.backend(), dependencies.openSockets());
    }

    @Override
    public Readiness readiness() {
        return report.readiness();
    }

    @Override
    public GatewayStatus status() {
        return report.status();
    }

    @Override
    public ConfigView config() {
        return report.configuration();
    }

    @Override
    public List<String> otherSecrets(byte[] salt, Map<String, String> fingerprints) {
        return EffectiveConfig.of(gateway.loaded().get().config()).otherSecrets(salt, fingerprints);
    }

    @Override
    public List<RouteEntry> routes() {
        return report.routes();
    }

    @Override
    public CompletionStage<BlockList> blocks() {
        return blocks.blocks();
    }

    @Override
    public CompletionStage<BlockEntry> block(Subject subject, Duration life, String reason) {
        return blocks.block(subject, life, reason);
    }

    @Override
    public CompletionStage<Boolean> unblock(Subject subject) {
        return blocks.unblock(subject);
    }

    @Override
    public boolean isBlockedByConfiguration(Subject subject) {
        return blocks.isBlockedByConfiguration(subject);
    }

    @Override
    public CompletionStage<Revocation> revoke(Revocable token, @Nullable Duration life) {
        return revocations.revoke(token, life);
    }

    @Override
    public CompletionStage<Revocation> revokeBefore(Identifier subject, long cutoffMillis, @Nullable Duration life) {
        return revocations.revokeBefore(subject, cutoffMillis, life);
    }

    @Override
    public CompletionStage<Boolean> restore(Revocable token) {
        return revocations.restore(token);
    }

    @Override
    public CompletionStage<Boolean> restore(Identifier subject) {
        return revocations.restore(subject);
    }

    @Override
    public CompletionStage<SessionList> sessions(@Nullable Identifier user) {
        return sessions.sessions(user);
    }

    @Override
    public CompletionStage<NewSession> createSession(String user, List<String> scopes, @Nullable Duration life) {
        return sessions.create(user, scopes, life);
    }

    @Override
    public CompletionStage<Integer> endSessions(Identifier user) {
        return sessions.end(user);
    }

    @Override
    public CompletionStage<Boolean> endSession(String idOrDigest) {
        return sessions.end(idOrDigest);
    }

    @Override
    public CompletionStage<SocketList> sockets(@Nullable Identifier user, @Nullable String address) {
        return sockets.list(user, address);
    }

    @Override
    public CompletionStage<@Nullable SocketEntry> socket(String id) {
        return sockets.find(id);
    }

    @Override
    public CompletionStage<Integer> closeSocket(String id) {
        return sockets.close(id);
    }

    @Override
    public CompletionStage<Integer> closeSockets(Identifier user) {
        return sockets.close(user);
    }

    @Override
    public CompletionStage<@Nullable Map<String, Object>> decision(String requestId) {
        return dependencies.refusals().apply(requestId);
    }

    @Override
    public JobOperations jobs() {
        return jobs;
    }

    @Override
    public List<HeardTopic> topics() {
        return gateway.heardTopics().get();
    }

    @Override
    public CompletionStage<@Nullable TopicView> topic(String name) {
        return topics.show(name);
    }

    @Override
    public CompletionStage<@Nullable Publication> publish(String topic, String data) {
        return topics.publish(topic, data);
    }

    @Override
    public CompletionStage<Usage> usage(Identifier counted) {
        return LimitUsage.of(
                gateway.loaded().get().config(),
                counted,
                dependencies.limits(),
                dependencies.backend().stores().slots());
    }

    @Override
    public CompletionStage<Void> reset(Identifier counted) {
        return dependencies
                .limits()
                .reset(counted)
                .thenRun(() -> dependencies.localQuotas().forget(counted))
                .thenCompose(done -> OtherNodes.tell(dependencies.backend(), LIMIT_RESET, counted.toString()))
                .thenAccept(told -> LOG.info("admin: limits of {} reset", counted));
    }

    @Override
    public CompletionStage<Long> purge(@Nullable PathPattern paths) {
        return dependencies.purge().purge(paths);
    }

    @Override
    public CompletionStage<String> orderPurge(@Nullable PathPattern paths) {
        return dependencies.upkeep().order(new PurgeJob(paths)).thenApply(job -> {
            LOG.info("admin: purge ordered, as job {}: {}", job, paths == null ? "all" : paths);
            return job;
        });
    }

    @Override
    public List<ConfigProblem> reload() {
        return gateway.reload().get();
    }

    @Override
    public void logLevel(String logger, LogLevel level) {
        gateway.logLevel().accept(logger, level);
        LOG.info(
                "admin: the log level of {} is {} until the next reload or restart",
                logger.isEmpty() ? "all loggers" : logger,
                level.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public long nowMillis() {
        return clock.millis();
    }
}
