package app.rcommerce.gateway.config.server;

import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.ServerConfig.AdminConfig;
import app.rcommerce.gateway.config.Sizes;
import app.rcommerce.gateway.config.listen.ListenAddress;
import app.rcommerce.gateway.config.listen.ListeningSocket;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.HostPort;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.config.read.Sources;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code [server]} and {@code [server.admin]}. */
public final class ServerReader {

    private static final long MAX_RATE = 1L << 30;

    private static final int MIN_TOKEN = 16;
    private static final long KB = 1024;
    private static final long MB = KB * KB;
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration DAY = Duration.ofDays(1);

    private static final Form<Long> RATE =
            Form.of("bytes per second up to \"1GB/s\", such as \"500B/s\", or \"0B/s\" for none", ServerReader::rate);

    private ServerReader() {}

    private static @Nullable Long rate(String text) {
        long bytes = text.endsWith("/s") ? Sizes.parse(text.substring(0, text.length() - 2)) : -1;
        return bytes < 0 || bytes > MAX_RATE ? null : bytes;
    }

    /** Reads the table; what is wrong is reported. */
    public static ServerConfig read(Section server, Sources sources) {
        List<ListeningSocket> listen = ListenReader.served(server);
        List<ListeningSocket> redirecting = ListenReader.redirecting(server, listen);
        return new ServerConfig(
                listen,
                redirecting,
                server.integer("workers", 0, 0, 1024),
                server.choice("transport", ServerConfig.Transport.AUTO),
                server.flag("reuse_port", false),
                server.texts("trusted_proxies", ListenReader.RANGE),
                server.size("max_request_body", 50 * MB, 0, ServerConfig.MAX_BODY),
                (int) server.size("max_request_line", 8 * KB, 256, MB),
                (int) server.size("max_header_size", 16 * KB, 256, MB),
                server.integer("max_fields", 100, 10, 10_000),
                server.integer("max_cookie_crumbs", 300, 1, 10_000),
                server.integer("max_connections", 0, 0, 10_000_000),
                server.integer("max_connections_per_address", 0, 0, 10_000_000),
                server.duration("header_timeout", Duration.ofSeconds(10), LEAST, DAY),
                server.duration("body_timeout", Duration.ofSeconds(60), LEAST, DAY),
                server.duration("idle_timeout", Duration.ofSeconds(75), LEAST, DAY),
                server.text("min_rate", RATE, 500L),
                server.duration("max_request_time", Duration.ZERO, Duration.ZERO, DAY),
                server.duration("shutdown_delay", Duration.ZERO, Duration.ZERO, DAY),
                server.duration("shutdown_grace", Duration.ofSeconds(30), Duration.ZERO, DAY),
                server.flag("access_log", true),
                server.choice("log_format", ServerConfig.LogFormat.MIXED),
                server.choice("log_level", ServerConfig.LogLevel.INFO),
                server.choice("request_ids", ServerConfig.KeptIds.TRUSTED),
                Http2Reader.read(server.table("http2")),
                TlsReader.read(server.table("tls"), listen, sources),
                admin(server.table("admin"), Stream.concat(listen.stream(), redirecting.stream())));
    }

    private static AdminConfig admin(Section admin, Stream<ListeningSocket> served) {
        ListenAddress listen = admin.text("listen", ListenReader.ADDRESS, new ListenAddress("127.0.0.1", 9901));
        if (listen.port() != 0 && served.anyMatch(other -> other.address().equals(listen))) {
            admin.problem("listen", "an address that server.listen does not name");
        }
        Secret token = admin.secret("token");
        if (token != null && !isBearer(token.value())) {
            admin.problem(
                    "token", "at least " + MIN_TOKEN + " visible ASCII characters without spaces, or \"\" for none");
        } else if (token == null
                && !admin.isFaulty("token")
                && !new HostPort(listen.host(), listen.port()).isLoopback()) {
            admin.problem(
                    "token", "at least " + MIN_TOKEN + " characters, since " + listen + " is not a loopback address");
        }
        return new AdminConfig(listen, token);
    }

    private static boolean isBearer(String token) {
        return token.length() >= MIN_TOKEN && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
