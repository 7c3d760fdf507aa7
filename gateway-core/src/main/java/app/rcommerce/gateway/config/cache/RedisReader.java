package app.rcommerce.gateway.config.cache;

import app.rcommerce.gateway.config.CacheConfig.Pool;
import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.config.CacheConfig.RedisTls;
import app.rcommerce.gateway.config.CacheConfig.Sentinel;
import app.rcommerce.gateway.config.CacheConfig.Ttl;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.HostPort;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.config.read.Sources;
import app.rcommerce.gateway.time.Durations;
import app.rcommerce.gateway.tls.CertifiedKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code [cache.redis]} with its pool, lives, cluster and sentinels; the names are the platform's. */
final class RedisReader {

    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration YEAR = Duration.ofDays(366);

    private static final Form<String> HOST = Form.of("a host without a port, such as \"127.0.0.1\"", RedisReader::host);

    private RedisReader() {}

    /** Reads the table; where it is not {@code used}, the password's variables need not be set. */
    static RedisConfig read(Section redis, boolean used, Sources sources) {
        boolean tls = redis.flag("use_tls", false);
        int database = redis.integer("database", 0, 0, 1_000_000);
        if (!used) {
            redis.unusedSecret("password");
            redis.unusedSecret("sentinel_password");
        }
        Duration deadline =
                redis.duration("deadline", Duration.ofMillis(25), Duration.ofMillis(1), Duration.ofSeconds(10));
        Duration commandTimeout =
                redis.duration("command_timeout", SECOND, Duration.ofMillis(100), Duration.ofMinutes(1));
        if (commandTimeout.compareTo(deadline) < 0) {
            if (redis.has("command_timeout")) {
                redis.problem("command_timeout", "at least as long as deadline, " + Durations.format(deadline));
            } else {
                redis.problem("deadline", "at most as long as command_timeout, " + Durations.format(commandTimeout));
            }
        }
        List<String> cluster = cluster(redis.table("cluster"), tls);
        Sentinel sentinel = sentinel(redis, tls, used);
        if (!cluster.isEmpty() && sentinel != null) {
            redis.problem(
                    "sentinel_nodes", "no sentinels beside cluster.enabled = true; a cluster fails over by itself");
        }
        if (!cluster.isEmpty() && database != 0) {
            redis.problem("database", "0, the only database of a cluster");
        }
        return new RedisConfig(
                redis.text("host", HOST, "127.0.0.1"),
                redis.integer("port", PORT, 1, 65_535),
                database,
                redis.text("username", Form.of("a text", text -> text), ""),
                used ? redis.secret("password") : null,
                tls,
                tls(redis.table("tls"), tls && used, sources),
                deadline,
                commandTimeout,
                redis.duration("startup_wait", Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(5)),
                pool(redis.table("pool")),
                ttl(redis.table("ttl")),
                cluster,
                sentinel);
    }

    /** Whom to trust and what to show; the files are read where they are {@code used}. */
    private static RedisTls tls(Section tls, boolean used, Sources sources) {
        boolean ca = tls.has("ca");
        boolean client = tls.has("cert");
        if (client != tls.has("key")) {
            tls.problem(client ? "key" : "cert", "cert and key, or neither");
            return RedisTls.USUAL;
        }
        String authorities = used && ca ? sources.named(tls, "ca") : null;
        String cert = used && client ? sources.named(tls, "cert") : null;
        String key = used && client ? sources.named(tls, "key") : null;
        try {
            List<X509Certificate> trusted = authorities == null ? List.of() : CertifiedKey.certificates(authorities);
            return new RedisTls(
                    tls.text("ca", Form.NOT_EMPTY, ""),
                    trusted,
                    tls.text("cert", Form.NOT_EMPTY, ""),
                    tls.text("key", Form.NOT_EMPTY, ""),
                    cert == null || key == null ? null : CertifiedKey.read(cert, key));
        } catch (CertifiedKey.Unusable e) {
            boolean ofCa = authorities != null && !isCertificates(authorities);
            tls.problem(ofCa ? "ca" : e.isOfKey() ? "key" : "cert", "the name of a file with " + e.getMessage());
            return RedisTls.USUAL;
        }
    }

    private static boolean isCertificates(String text) {
        try {
            return !CertifiedKey.certificates(text).isEmpty();
        } catch (CertifiedKey.Unusable e) {
            return false;
        }
    }

    private static Pool pool(Section pool) {
        int most = pool.integer("max_connections", 20, 1, 10_000);
        int least = pool.integer("min_connections", Math.min(5, most), 0, 10_000);
        if (least > most) {
            pool.problem("min_connections", "at most max_connections, " + most);
        }
        return new Pool(
                most,
                least,
                pool.seconds(
                        "connection_timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(5)),
                pool.seconds("idle_timeout", Duration.ofSeconds(300), SECOND, Duration.ofDays(1)));
    }

    private static Ttl ttl(Section ttl) {
        return new Ttl(
                ttl.seconds("session", Duration.ofSeconds(3600), SECOND, YEAR),
                ttl.seconds("rate_limit", Duration.ofSeconds(60), SECOND, YEAR),
                ttl.seconds("api_cache", Duration.ofSeconds(300), SECOND, YEAR),
                ttl.seconds("token_blacklist", Duration.ofSeconds(86_400), SECOND, YEAR));
    }

    private static List<String> cluster(Section cluster, boolean tls) {
        boolean enabled = cluster.flag("enabled", false);
        List<String> nodes = cluster.texts("nodes", new NodeForm(PORT, tls));
        if (!enabled) {
            return List.of();
        }
        if (!cluster.hasElements("nodes")) {
            cluster.problem("nodes", "at least one node of the cluster, such as \"redis://node1:6379\"");
        }
        return nodes;
    }

    private static @Nullable Sentinel sentinel(Section redis, boolean tls, boolean used) {
        List<String> nodes = redis.texts("sentinel_nodes", new NodeForm(SENTINEL_PORT, tls));
        String service = redis.text("sentinel_service", Form.NOT_EMPTY);
        boolean listed = redis.hasElements("sentinel_nodes");
        if (listed && !redis.has("sentinel_service")) {
            redis.problem(
                    "sentinel_service", "the name under which the sentinels know the master, such as \"mymaster\"");
        }
        if (!listed && redis.has("sentinel_service")) {
            redis.problem(
                    "sentinel_nodes", "the sentinels that know " + Written.quoted(service == null ? "" : service));
        }
        String username = redis.text("sentinel_username", Form.of("a text", text -> text), "");
        Secret password = used ? redis.secret("sentinel_password") : null;
        for (String name : List.of("sentinel_username", "sentinel_password")) {
            if (!listed && redis.has(name)) {
                redis.problem(name, "none without sentinel_nodes; the server's own are username and password");
            }
        }
        if (!username.isEmpty() && !redis.has("sentinel_password")) {
            redis.problem("sentinel_password", "the password of " + Written.quoted(username) + " at the sentinels");
        }
        return nodes.isEmpty() || service == null ? null : new Sentinel(nodes, service, username, password);
    }

    private static @Nullable String host(String text) {
        HostPort endpoint = HostPort.parse(text.indexOf(':') >= 0 ? "[" + text + "]" : text, PORT);
        return endpoint == null ? null : endpoint.host();
    }

    /** A node as {@code redis://host:port}, {@code rediss://} only where TLS is on, or without a scheme. */
    private record NodeForm(int defaultPort, boolean tls) implements Form<String> {

        @Override
        public @Nullable String read(String text) {
            String plain = text.startsWith("redis://") ? "redis://" : "";
            String scheme = tls && text.startsWith("rediss://") ? "rediss://" : plain;
            HostPort endpoint = HostPort.parse(text.substring(scheme.length()), defaultPort);
            return endpoint == null || endpoint.port() == 0 ? null : "redis://" + endpoint;
        }

        @Override
        public String expected(String text) {
            if (text.startsWith("rediss://") && !tls) {
                return "\"redis://host:port\", or use_tls = true in [cache.redis]";
            }
            return "\"redis://host:port\" without user, password or database, such as \"redis://node1:" + defaultPort
                    + "\"";
        }
    }
}
