package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.ServerConfig.LogLevel;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.route.PathPattern;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The operations that a running gateway offers to operators. Calls may block briefly, so they are for any thread but an
 * event loop. Stages fail with {@link app.rcommerce.gateway.store.StoreUnavailable} where the shared store cannot
 * answer. The records are the JSON of the admin port, with names in snake case.
 */
public interface Operations {

    /** How many entries of the block list are shown at most. */
    int MOST_BLOCKS = 10_000;

    /** How many login sessions are shown at most. */
    int MOST_SESSIONS = 1_000;

    /** How many refused or failed requests each node remembers. */
    int MOST_DECISIONS = 4096;

    /**
     * Whether the gateway answers requests. A shared store that is away degrades it but does not make it unready: every
     * node would leave the load balancer at the same moment, and what is refused meanwhile the configuration says.
     *
     * @param ready whether to send requests here
     */
    record Readiness(boolean ready, List<Check> checks) {

        /** {@code ready}, {@code degraded} where it is ready and a check is not {@code ok}, or {@code unready}. */
        public String status() {
            boolean good = checks.stream().allMatch(check -> check.status().equals("ok"));
            return !ready ? "unready" : good ? "ready" : "degraded";
        }
    }

    /** One part of the gateway; {@code status} is {@code ok}, {@code degraded} or {@code failed}. */
    record Check(String name, String status, String detail) {}

    /** The gateway as a whole; times in seconds. */
    record GatewayStatus(
            String version,
            String phase,
            long uptimeSeconds,
            StoreStatus store,
            ConfigStatus config,
            Connections connections,
            int routes) {}

    /**
     * The shared store: {@code memory} or {@code redis}, in lower case like the state.
     *
     * @param tracking whether it tells of changes: {@code none}, {@code active}, or {@code off: } and why
     * @param evictedKeys how many keys it has removed for want of memory while this node looked
     */
    record StoreStatus(String type, String state, String detail, int nodes, String tracking, long evictedKeys) {}

    /**
     * The configuration in force.
     *
     * @param hash the same for the same settings on every node; nothing of a secret is in it
     * @param problems what was wrong with a newer one, if anything
     * @param pendingRestart keys of which the process runs with another value than the files say
     */
    record ConfigStatus(
            String hash, List<String> files, String loadedAt, List<String> problems, List<String> pendingRestart) {}

    /**
     * The settings in force, without their secrets.
     *
     * @param settings every setting by its path, such as {@code server.listen}, as TOML writes it
     * @param toml the same as one text
     */
    record ConfigView(
            String hash,
            List<String> files,
            String loadedAt,
            List<String> pendingRestart,
            Map<String, String> settings,
            String toml) {}

    /** Open connections. */
    record Connections(int clients, Map<String, Integer> upstreams) {}

    /** The block list; {@code truncated} where there is more than is shown. */
    record BlockList(List<BlockEntry> blocks, boolean truncated) {}

    /**
     * An entry of the block list.
     *
     * @param source {@code static} for the configuration's, which have no end, else {@code shared}
     * @param note what an operator should know beside it
     */
    record BlockEntry(
            String subject,
            String reason,
            String source,
            @Nullable Long remainingSeconds,
            @Nullable String until,
            @Nullable String note) {}

    /** A revoked token, or a subject whose tokens issued before a time are revoked. */
    record Revocation(
            @Nullable String tokenId,
            @Nullable String subject,
            @Nullable String issuedBefore,
            long forSeconds) {}

    /** Login sessions; {@code truncated} where there are more than are shown. */
    record SessionList(List<SessionEntry> sessions, boolean truncated) {}

    /**
     * A login session.
     *
     * @param session what stands for its id: {@code session:} and its SHA-256
     * @param createdAt null where its record does not say
     * @param remainingSeconds how long it lives if it is not used; null where it has no end of its own
     */
    record SessionEntry(
            String session,
            String user,
            @Nullable String createdAt,
            @Nullable Long remainingSeconds) {}

    /** A login session that was made; the id is shown this once. */
    record NewSession(String id, String session, String user, long forSeconds) {}

    /** Records of WebSockets; truncated where there are more. */
    record SocketList(List<SocketEntry> sockets, boolean truncated) {}

    /**
     * The record of a WebSocket.
     *
     * @param session its id
     * @param user null where it is anonymous
     * @param node null where no connection holds it, and it waits for its client
     * @param connectedAt null where its record does not say
     * @param lastActivity likewise
     */
    record SocketEntry(
            String session,
            @Nullable String user,
            String address,
            String route,
            @Nullable String node,
            @Nullable String connectedAt,
            @Nullable String lastActivity,
            List<String> subscriptions,
            long bytesIn,
            long bytesOut,
            long messagesIn,
            long messagesOut) {}

    /** The use of every limit that can count the identifier. */
    record Usage(String identifier, List<Window> windows) {}

    /** One window of one limit; {@code resetSeconds} until more remain, 0 where nothing is counted. */
    record Window(String limit, String window, String mode, long quota, long used, long remaining, long resetSeconds) {}

    /** A route as it is configured; {@code upstream} is null where another handler than a proxy answers. */
    record RouteEntry(
            String name,
            List<String> hosts,
            List<String> methods,
            String path,
            String auth,
            List<String> scopes,
            List<String> limits,
            @Nullable CacheEntry cache,
            @Nullable String upstream,
            String handler) {}

    /** How a route caches. */
    record CacheEntry(long ttlSeconds, boolean shared, long maxEntryBytes) {}

    /**
     * A topic that this node hears.
     *
     * @param clients how many clients of this node hear it
     * @param state {@code live}; {@code lost} while messages may be missed; {@code waiting} before it is heard
     */
    record HeardTopic(
            String topic,
            int clients,
            String state,
            @Nullable String position) {}

    /**
     * A topic.
     *
     * @param position of the newest message
     * @param who who hears it on all nodes, where that is counted, and how many others
     */
    record TopicView(
            String topic,
            String channel,
            int historyMessages,
            long historySeconds,
            @Nullable String position,
            int clientsHere,
            String stateHere,
            @Nullable List<String> who,
            @Nullable Long others) {}

    /** A message that was published; {@code id} is null where the topic keeps none. */
    record Publication(String topic, @Nullable String id) {}

    /** The operations on queues and their jobs. */
    JobOperations jobs();

    /** The topics that this node hears. */
    List<HeardTopic> topics();

    /** One topic; null where no route has it. */
    CompletionStage<@Nullable TopicView> topic(String name);

    /** Publishes on a topic; null where no route has it. */
    CompletionStage<@Nullable Publication> publish(String topic, String data);

    /** Whether requests are answered. */
    Readiness readiness();

    /** Everything about the gateway in short. */
    GatewayStatus status();

    /** The settings in force, without their secrets. */
    ConfigView config();

    /** The paths of settings whose secrets differ from those with these fingerprints under the salt. */
    List<String> otherSecrets(byte[] salt, Map<String, String> fingerprints);

    /** The routes in force. */
    List<RouteEntry> routes();

    /** The static and the shared entries of the block list. */
    CompletionStage<BlockList> blocks();

    /** Blocks the subject on every node, replacing an earlier entry. */
    CompletionStage<BlockEntry> block(Subject subject, Duration life, String reason);

    /** Ends the subject's shared entry; tells whether there was one. */
    CompletionStage<Boolean> unblock(Subject subject);

    /** Whether the configuration itself blocks the subject, so that {@link #unblock} cannot help. */
    boolean isBlockedByConfiguration(Subject subject);

    /** Revokes one token; a null life is what is left of its own, or the configured one where that is not known. */
    CompletionStage<Revocation> revoke(Revocable token, @Nullable Duration life);

    /** Revokes every token of the subject issued before the time; a null life is the configured one. */
    CompletionStage<Revocation> revokeBefore(Identifier subject, long cutoffMillis, @Nullable Duration life);

    /** Ends the revocation of a token; tells whether there was one. */
    CompletionStage<Boolean> restore(Revocable token);

    /** Ends the cut-off of a subject; tells whether there was one. */
    CompletionStage<Boolean> restore(Identifier subject);

    /** The login sessions of a user, or of everybody. */
    CompletionStage<SessionList> sessions(@Nullable Identifier user);

    /** Makes a login session, as the platform does when a user signs in; a null life is the configured one. */
    CompletionStage<NewSession> createSession(String user, List<String> scopes, @Nullable Duration life);

    /** Ends every login session of a user that is found; tells how many. */
    CompletionStage<Integer> endSessions(Identifier user);

    /** Ends the login session with this id, or with what stands for one; tells whether there was one. */
    CompletionStage<Boolean> endSession(String idOrDigest);

    /** The WebSockets that are recorded: of a user, of an address, or everybody's where both are null. */
    CompletionStage<SocketList> sockets(@Nullable Identifier user, @Nullable String address);

    /** The WebSocket with this id; null where none is recorded. */
    CompletionStage<@Nullable SocketEntry> socket(String id);

    /**
     * Closes the WebSocket with this id, whichever node holds it; tells how many are recorded as open: one, or none.
     */
    CompletionStage<Integer> closeSocket(String id);

    /** Closes the WebSockets of a user, whichever nodes hold them; tells how many are recorded as open. */
    CompletionStage<Integer> closeSockets(Identifier user);

    /** What the limits have counted for an identifier, an address being folded as they fold it. */
    CompletionStage<Usage> usage(Identifier counted);

    /** Forgets what the limits have counted for an identifier. */
    CompletionStage<Void> reset(Identifier counted);

    /** Removes the stored replies whose path matches, or all; tells how many. */
    CompletionStage<Long> purge(@Nullable PathPattern paths);

    /** Has a node do that in its time, and another one where it dies over it; tells the id of the job that it is. */
    CompletionStage<String> orderPurge(@Nullable PathPattern paths);

    /**
     * What is remembered of the newest refused or failed request with this id, by any node: the members of its line of
     * the access log, {@code node}, and {@code until} where it was refused for a time. Null where nobody remembers it.
     */
    CompletionStage<@Nullable Map<String, Object>> decision(String requestId);

    /** Reads the configuration anew; an empty list where it is now in force. Blocks while it does. */
    List<ConfigProblem> reload();

    /** Sets the level of a logger by its name, or of all by the empty one, until the next reload or restart. */
    void logLevel(String logger, LogLevel level);

    /** The time now, in milliseconds since the epoch. */
    long nowMillis();
}
