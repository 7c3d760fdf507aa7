package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.config.CacheConfig.Sentinel;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.server.memory.ReadBuffers;
import app.rcommerce.gateway.server.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.redisson.client.NettyHook;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.ClusterServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.ReadMode;
import org.redisson.config.SentinelServersConfig;
import org.redisson.config.SingleServerConfig;
import org.redisson.config.SubscriptionMode;
import org.redisson.config.TransportMode;

/**
 * The translation of {@code [cache.redis]} into Redisson's configuration. It sets no retries, since the gateway's
 * deadline is shorter than any of them. Replicas are not read: their answers may be stale, which a count or a
 * revocation must not be. Stateless.
 */
final class Settings {

    private static final Duration RECONNECT = Duration.ofMillis(200);
    private static final String CLIENT_NAME = "rcommerce-gateway";
    private static final int PING_MILLIS = 5_000;
    /**
     * The period of topology scans, by which a new master is known well within a second; a scan is one small request to
     * one server.
     */
    private static final int TOPOLOGY_SCAN_MILLIS = 400;

    private Settings() {}

    /** The configuration of a client on the gateway's event loops; {@code executor} stays the caller's to close. */
    static Config of(RedisConfig redis, Transport transport, ExecutorService executor) {
        Config config = new Config();
        config.setEventLoopGroup(transport.group());
        config.setNettyHook(new NettyHook() {
            @Override
            public void afterBoostrapInitialization(Bootstrap bootstrap) {
                bootstrap.option(ReadBuffers.OPTION, new ReadBuffers());
            }

            @Override
            public void afterChannelInitialization(Channel channel) {
                // Nothing to add.
            }
        });
        config.setTransportMode(
                switch (transport.kind()) {
                    case IO_URING -> TransportMode.IO_URING;
                    case EPOLL -> TransportMode.EPOLL;
                    case NIO -> TransportMode.NIO;
                });
        config.setExecutor(executor);
        config.setCodec(ByteArrayCodec.INSTANCE);
        config.setReferenceEnabled(false);
        // Redisson would send a digest in place of a script that it believes to be known: Script sees to that itself.
        config.setUseScriptCache(false);
        config.setCheckLockSyncedSlaves(false);
        config.setTcpNoDelay(true);
        if (redis.password() != null) {
            config.setPassword(redis.password().value());
            if (!redis.username().isEmpty()) {
                config.setUsername(redis.username());
            }
        }
        if (redis.useTls()) {
            config.setSslTrustManagerFactory(RedisTrust.of(redis.tls()));
            config.setSslKeyManagerFactory(RedisTrust.shown(redis.tls()));
        }
        Sentinel sentinel = redis.sentinel();
        if (!redis.cluster().isEmpty()) {
            cluster(config.useClusterServers(), redis);
        } else if (sentinel != null) {
            sentinel(config.useSentinelServers(), redis, sentinel);
        } else {
            single(config.useSingleServer(), redis);
        }
        return config;
    }

    /** The TLS context of the connections that are our own; null where they are not encrypted. */
    static @Nullable SslContext tls(RedisConfig redis) {
        if (!redis.useTls()) {
            return null;
        }
        try {
            return SslContextBuilder.forClient()
                    .endpointIdentificationAlgorithm("HTTPS")
                    .trustManager(RedisTrust.of(redis.tls()))
                    .keyManager(RedisTrust.shown(redis.tls()))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("the certificates for Redis cannot be used", e);
        }
    }

    /** The first command of a connection over which Redis pushes: protocol, user, and a name with what it is for. */
    static List<String> greeting(RedisConfig redis, String role) {
        List<String> words = new ArrayList<>(List.of("HELLO", "3"));
        if (redis.password() != null) {
            String user = redis.username().isEmpty() ? "default" : redis.username();
            words.addAll(List.of("AUTH", user, redis.password().value()));
        }
        words.addAll(List.of("SETNAME", CLIENT_NAME + "-" + role));
        return List.copyOf(words);
    }

    /** The first commands of the event loops' connections: user, database, client name. */
    static List<List<String>> greetings(RedisConfig redis) {
        List<List<String>> commands = new ArrayList<>();
        if (redis.password() != null) {
            String password = redis.password().value();
            commands.add(
                    redis.username().isEmpty()
                            ? List.of("AUTH", password)
                            : List.of("AUTH", redis.username(), password));
        }
        if (redis.database() != 0 && redis.cluster().isEmpty()) {
            commands.add(List.of("SELECT", Integer.toString(redis.database())));
        }
        commands.add(List.of("CLIENT", "SETNAME", CLIENT_NAME + "-commands"));
        return List.copyOf(commands);
    }

    /** The address of Redis, for logs. */
    static String place(RedisConfig redis) {
        Sentinel sentinel = redis.sentinel();
        if (!redis.cluster().isEmpty()) {
            return "cluster " + String.join(", ", redis.cluster());
        }
        return sentinel != null ? "sentinel " + sentinel.service() : redis.host() + ":" + redis.port();
    }

    private static void single(SingleServerConfig config, RedisConfig redis) {
        String host = redis.host().indexOf(':') >= 0 ? "[" + redis.host() + "]" : redis.host();
        common(config, redis);
        config.setAddress(scheme(redis) + host + ":" + redis.port());
        config.setDatabase(redis.database());
        config.setConnectionPoolSize(redis.pool().maxConnections());
        config.setConnectionMinimumIdleSize(redis.pool().minConnections());
        config.setSubscriptionConnectionMinimumIdleSize(0);
    }

    private static void cluster(ClusterServersConfig config, RedisConfig redis) {
        masters(config, redis);
        addresses(redis, redis.cluster()).forEach(config::addNodeAddress);
        config.setScanInterval(TOPOLOGY_SCAN_MILLIS);
        // A cluster that lacks a master still serves the slots of the others.
        config.setCheckSlotsCoverage(false);
    }

    private static void sentinel(SentinelServersConfig config, RedisConfig redis, Sentinel sentinel) {
        masters(config, redis);
        addresses(redis, sentinel.nodes()).forEach(config::addSentinelAddress);
        config.setMasterName(sentinel.service());
        Secret password = sentinel.password();
        if (password != null) {
            config.setSentinelPassword(password.value());
            if (!sentinel.username().isEmpty()) {
                config.setSentinelUsername(sentinel.username());
            }
        }
        config.setDatabase(redis.database());
        config.setScanInterval(TOPOLOGY_SCAN_MILLIS);
        config.setCheckSentinelsList(false);
    }

    private static <T extends BaseMasterSlaveServersConfig<T>> void masters(T config, RedisConfig redis) {
        common(config, redis);
        config.setReadMode(ReadMode.MASTER);
        config.setSubscriptionMode(SubscriptionMode.MASTER);
        config.setMasterConnectionPoolSize(redis.pool().maxConnections());
        config.setMasterConnectionMinimumIdleSize(redis.pool().minConnections());
        config.setSubscriptionConnectionMinimumIdleSize(0);
    }

    private static void common(BaseConfig<?> config, RedisConfig redis) {
        config.setTimeout(millis(redis.commandTimeout()));
        config.setConnectTimeout(millis(redis.pool().connectionTimeout()));
        config.setIdleConnectionTimeout(millis(redis.pool().idleTimeout()));
        config.setRetryAttempts(0);
        config.setRetryDelay(new ConstantDelay(Duration.ofSeconds(1)));
        config.setReconnectionDelay(new ConstantDelay(RECONNECT));
        config.setPingConnectionInterval(PING_MILLIS);
        config.setClientName(CLIENT_NAME);
    }

    private static List<String> addresses(RedisConfig redis, List<String> nodes) {
        return nodes.stream()
                .map(node -> scheme(redis) + node.substring("redis://".length()))
                .toList();
    }

    private static String scheme(RedisConfig redis) {
        return redis.useTls() ? "rediss://" : "redis://";
    }

    private static int millis(Duration duration) {
        return (int) Math.min(duration.toMillis(), Integer.MAX_VALUE);
    }
}
