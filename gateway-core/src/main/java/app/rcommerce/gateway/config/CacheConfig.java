package app.rcommerce.gateway.config;

import app.rcommerce.gateway.tls.CertifiedKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code [cache]}: the platform's section for everything that lives in Redis.
 *
 * @param enabled whether replies are cached at all; limits, blocks and revocations work all the same
 * @param type where shared state lives
 * @param redis how Redis is reached; present for {@link Type#REDIS}
 * @param keys the templates of the keys
 * @param maxEntryBytes the largest content that is stored where a route names no bound
 * @param memoryBytes how much the Memory store may keep in replies
 * @param nearTtl how long a look-up is remembered where the store does not tell of changes; zero asks each time
 * @param nearBytes how much this node may keep of the stored replies it serves; 0 for none
 * @param consistency how current an answer must be
 * @param socketRecords the form of the records of WebSockets
 * @param nodes among how many nodes quotas are divided while the store is away
 */
public record CacheConfig(
        boolean enabled,
        Type type,
        @Nullable RedisConfig redis,
        KeyTemplates keys,
        long maxEntryBytes,
        long memoryBytes,
        Duration nearTtl,
        long nearBytes,
        Consistency consistency,
        SocketRecords socketRecords,
        Nodes nodes) {

    /** The largest bound on the content of one stored reply, in bytes. */
    public static final long MAX_ENTRY = 1 << 30;

    /** What the Memory store may keep in replies unless said, in bytes: less where the heap is small. */
    public static final long MEMORY_BYTES = 64 << 20;

    /** What a node may keep of the replies it serves unless said, in bytes: less where the heap is small. */
    public static final long NEAR_BYTES = 32 << 20;

    private static final int MEMORY_HEAP_PARTS = 4;
    private static final int NEAR_HEAP_PARTS = 8;

    /**
     * How much of the heap replies may take: what is configured, but at most a part of the heap, so that several bounds
     * hold in sum too.
     *
     * @param key the key that configures it, within the table
     * @param configured how many bytes are configured
     * @param most how many bytes there can be
     */
    public record HeapShare(String key, long configured, long most) {

        /** How many bytes are taken. */
        public long bytes() {
            return Math.min(configured, most);
        }

        /**
         * Whether what is configured is cut by more than a tenth: the heap's size itself is that much below what was
         * asked of the JVM.
         */
        public boolean isCut() {
            return configured > most + most / 10;
        }
    }

    /** The share of the Memory store's replies in a heap of so many bytes. */
    public HeapShare memoryShare(long heapBytes) {
        return new HeapShare("memory_size", memoryBytes, heapBytes / MEMORY_HEAP_PARTS);
    }

    /** The share of the replies that a node keeps near in a heap of so many bytes. */
    public HeapShare nearShare(long heapBytes) {
        return new HeapShare("near_size", nearBytes, heapBytes / NEAR_HEAP_PARTS);
    }

    /** Where shared state lives. */
    public enum Type {
        /** In this process. */
        MEMORY,
        /** In Redis. */
        REDIS
    }

    /**
     * The number of nodes among which quotas are divided while the store is away.
     *
     * @param atLeast the least number
     * @param file where the number is remembered over a restart: a path, empty for a file beside the configuration, or
     *     {@code none}
     */
    public record Nodes(int atLeast, String file) {

        /** The value of {@code file} with which the number is not remembered. */
        public static final String NONE = "none";

        /** At least one node; the number is remembered in a file beside the configuration. */
        public static final Nodes DEFAULTS = new Nodes(1, "");
    }

    /** The form in which open WebSockets are recorded. */
    public enum SocketRecords {
        /** A hash for each, as the platform's contract has it. */
        HASH,
        /** A text for each, JSON, with index sets by user and address, as the platform's code of today has it. */
        JSON,
        /** There are none. */
        NONE
    }

    /** How current an answer of the shared store must be. */
    public enum Consistency {
        /**
         * An answer is believed until its change is told, where the store tells of changes, else for {@code nearTtl}.
         */
        NEAR,
        /** The store is asked each time. */
        STRICT
    }

    /**
     * The table {@code [cache.redis]}.
     *
     * @param host of a single server
     * @param port of a single server
     * @param database number of the database; 0 in a cluster
     * @param username for AUTH; empty for the default user
     * @param password for AUTH; null for none
     * @param useTls whether connections are encrypted
     * @param tls whom to trust and what to show there
     * @param deadline how long a request waits for an answer before the stated fallback holds
     * @param commandTimeout after which a command is given up on its connection
     * @param startupWait how long a start waits at most for the first answers, before requests are taken; zero for not
     *     at all
     * @param pool bounds of the connections
     * @param ttl defaults of lives
     * @param cluster nodes of a cluster as {@code redis://host:port}; empty for none
     * @param sentinel how a master is found; null for none
     */
    public record RedisConfig(
            String host,
            int port,
            int database,
            String username,
            @Nullable Secret password,
            boolean useTls,
            RedisTls tls,
            Duration deadline,
            Duration commandTimeout,
            Duration startupWait,
            Pool pool,
            Ttl ttl,
            List<String> cluster,
            @Nullable Sentinel sentinel) {

        public RedisConfig {
            cluster = List.copyOf(cluster);
        }
    }

    /**
     * The table {@code [cache.redis.tls]}.
     *
     * @param ca the file of the authorities, as it is configured; empty where the JDK's are trusted
     * @param authorities what it holds; empty where the JDK's are trusted
     * @param cert the file of the certificate that is shown, as it is configured; empty where none is
     * @param key the file of its key, likewise
     * @param client what these hold; null where none is shown
     */
    public record RedisTls(
            String ca,
            List<X509Certificate> authorities,
            String cert,
            String key,
            @Nullable CertifiedKey client) {

        /** Trust in the JDK's authorities, and no certificate of one's own. */
        public static final RedisTls USUAL = new RedisTls("", List.of(), "", "", null);

        public RedisTls {
            authorities = List.copyOf(authorities);
        }

        @Override
        public String toString() {
            return "ca " + (ca.isEmpty() ? "of the JDK" : Written.quoted(ca))
                    + (cert.isEmpty() ? "" : ", cert " + Written.quoted(cert));
        }
    }

    /** The table {@code [cache.redis.pool]}. */
    public record Pool(int maxConnections, int minConnections, Duration connectionTimeout, Duration idleTimeout) {}

    /** The table {@code [cache.redis.ttl]}: how long entries live where nothing else says so. */
    public record Ttl(Duration session, Duration rateLimit, Duration apiCache, Duration tokenBlacklist) {}

    /**
     * How a master is found.
     *
     * @param nodes {@code sentinel_nodes}
     * @param service {@code sentinel_service}, the master's name
     * @param username {@code sentinel_username}, for AUTH at the sentinels; empty for the default user
     * @param password {@code sentinel_password}; null where sentinels ask for none
     */
    public record Sentinel(
            List<String> nodes,
            String service,
            String username,
            @Nullable Secret password) {
        public Sentinel {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * The table {@code [cache.redis.keys]}: a text with one placeholder each.
     *
     * @param rateLimit with {@code {identifier}}
     * @param fixedWindow with {@code {identifier}}, {@code {window}} and {@code {start}}, in this order
     * @param concurrency with {@code {identifier}}
     * @param blockList with {@code {identifier}}
     * @param blockRanges the key of all blocked ranges; no placeholder
     * @param tokenBlacklist with {@code {token_id}}
     * @param subjectCutoff with {@code {identifier}}
     * @param apiCache with {@code {key}}
     * @param purges the key of what the last purge is called; no placeholder
     * @param nodes the key under which live nodes are counted; no placeholder
     * @param session with {@code {session_id}}
     * @param websocketSession with {@code {session_id}}
     * @param ticketKeys with {@code {period}}
     * @param topicHistory with {@code {topic}}: the stream of messages that are kept of a topic
     * @param topicState with {@code {topic}}: who listens, and the epoch
     * @param topics a channel, no key, with {@code {topic}}: where topics without a channel of their own are published
     * @param entryTickets with {@code {ticket}}: what lets a browser in once
     * @param presence with {@code {topic}}: who hears a topic
     * @param jobQueue with {@code {queue}}: what all keys of a queue begin with; a slash follows. In a cluster the name
     *     stands in another pair of braces, whether the template says so or not, so that they are all in one slot
     * @param idempotency with {@code {key}}: what is kept under an idempotency key
     * @param events the channel, no key, on which nodes tell each other things; no placeholder
     */
    public record KeyTemplates(
            String rateLimit,
            String fixedWindow,
            String concurrency,
            String blockList,
            String blockRanges,
            String tokenBlacklist,
            String subjectCutoff,
            String apiCache,
            String purges,
            String nodes,
            String session,
            String websocketSession,
            String ticketKeys,
            String topicHistory,
            String topicState,
            String topics,
            String entryTickets,
            String presence,
            String jobQueue,
            String idempotency,
            String events) {

        /** The key templates of the platform's contract. */
        public static final KeyTemplates DEFAULTS = new KeyTemplates(
                "rate:limit:{{identifier}}",
                "rcommerce:rate:limit/{identifier}/{window}/{start}",
                "rcommerce:concurrency:{identifier}",
                "rcommerce:blocklist:{identifier}",
                "rcommerce:blocklist_ranges",
                "token:blacklist:{token_id}",
                "token:cutoff:{identifier}",
                "api:cache:{key}",
                "rcommerce:gateway:purges",
                "rcommerce:gateway:nodes",
                "session:{session_id}",
                "ws:session:{session_id}",
                "rcommerce:gateway:ticket_key:{period}",
                "msg:queue:{{topic}}",
                "rcommerce:gateway:topic:{{topic}}",
                "ws:topic:{topic}",
                "ws:ticket:{ticket}",
                "ws:presence:{topic}",
                "jobs:queue:{queue}",
                "rcommerce:gateway:idempotency:{key}",
                "rcommerce:gateway:events");

        /** The template of the records of WebSockets that the platform's code of today uses. */
        public static final String WEBSOCKET_SESSION_TODAY = "ws:session/{session_id}";
    }
}
