package app.rcommerce.gateway.config;

import app.rcommerce.gateway.block.Cidr;
import app.rcommerce.gateway.config.listen.Http2Config;
import app.rcommerce.gateway.config.listen.ListenAddress;
import app.rcommerce.gateway.config.listen.ListeningSocket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code [server]}.
 *
 * @param listen sockets to serve on, at least one
 * @param redirectToHttps sockets whose requests are redirected to the same place by TLS
 * @param workers event loops; 0 for one per processor
 * @param transport how the event loops talk to the kernel
 * @param reusePort whether other processes of the same user may listen on the same addresses at the same time
 * @param trustedProxies peers whose {@code X-Forwarded-For} is believed
 * @param maxRequestBody the largest request content, in bytes
 * @param maxRequestLine the longest request line, in bytes (414 beyond)
 * @param maxHeaderSize the longest header section, in bytes (431 beyond)
 * @param maxFields the most fields of a request (431 beyond)
 * @param maxCookieCrumbs the most fields {@code Cookie} into which HTTP/2 splits one
 * @param maxConnections of clients at once; 0 for what the process's limit of open files allows
 * @param maxConnectionsPerAddress of clients at one address at once, trusted proxies excepted; 0 for as many as in all
 * @param headerTimeout from a connection's first byte of a request to the end of its header section
 * @param bodyTimeout between two reads of request content, and between two writes to a client that takes none
 * @param idleTimeout of a connection between two requests
 * @param minRate bytes per second that a request's content must arrive at, after a grace; 0 for none
 * @param maxRequestTime from a request's head to the end of its answer; zero for none
 * @param shutdownDelay how long requests and connections are still taken when the gateway is told to stop
 * @param shutdownGrace for requests under way when the gateway is told to stop
 * @param accessLog whether each request is logged
 * @param logFormat how lines of the log are written, those of the access log among them
 * @param logLevel from which level on the log is written; requests are logged at any
 * @param requestIds whose {@code X-Request-Id} is kept
 * @param tls towards clients; null where no socket speaks it
 */
public record ServerConfig(
        List<ListeningSocket> listen,
        List<ListeningSocket> redirectToHttps,
        int workers,
        Transport transport,
        boolean reusePort,
        List<Cidr> trustedProxies,
        long maxRequestBody,
        int maxRequestLine,
        int maxHeaderSize,
        int maxFields,
        int maxCookieCrumbs,
        int maxConnections,
        int maxConnectionsPerAddress,
        Duration headerTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        long minRate,
        Duration maxRequestTime,
        Duration shutdownDelay,
        Duration shutdownGrace,
        boolean accessLog,
        LogFormat logFormat,
        LogLevel logLevel,
        KeptIds requestIds,
        Http2Config http2,
        @Nullable TlsConfig tls,
        AdminConfig admin) {

    /** The largest bound on a request's content, in bytes. */
    public static final long MAX_BODY = 1L << 40;

    /** Whose ids of requests are kept; all other requests get random ones. */
    public enum KeptIds {
        /** Those of trusted proxies. */
        TRUSTED,
        /** Everybody's. */
        ALL
    }

    /** How lines of the log are written. */
    public enum LogFormat {
        /** Those of the access log as JSON, others as text. */
        MIXED,
        /** Each as one JSON object. */
        JSON,
        /** Each as text, those of the access log in the combined format of web servers. */
        TEXT
    }

    /** The levels of the log, from few lines to many. */
    public enum LogLevel {
        /** What does not work. */
        ERROR,
        /** What an operator should look at as well. */
        WARN,
        /** What happens in the life of the gateway as well. */
        INFO,
        /** Details for finding a fault as well. */
        DEBUG,
        /** Every detail. */
        TRACE
    }

    /** How event loops talk to the kernel. */
    public enum Transport {
        /** The first of the other kinds that works on this machine. */
        AUTO,
        /**
         * io_uring, on Linux where neither the kernel's settings nor a container's forbid it; all writes of one turn of
         * the loop are one system call.
         */
        IO_URING,
        /** epoll, on Linux. */
        EPOLL,
        /** Java NIO, on every system. */
        NIO
    }

    /**
     * The table {@code [server.admin]}.
     *
     * @param listen where the admin API and the metrics are served
     * @param token what its callers present as a bearer token; null only where the listener is a loopback address
     */
    public record AdminConfig(
            ListenAddress listen, @Nullable Secret token) {}

    public ServerConfig {
        listen = List.copyOf(listen);
        redirectToHttps = List.copyOf(redirectToHttps);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** All sockets for clients: those that serve, then those that redirect. */
    public List<ListeningSocket> sockets() {
        return Stream.concat(listen.stream(), redirectToHttps.stream()).toList();
    }
}
