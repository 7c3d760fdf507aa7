package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.config.UpstreamConfig.Server;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.HostPort;
import app.rcommerce.gateway.config.read.Names;
import app.rcommerce.gateway.config.read.Section;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code [upstreams.NAME]}. */
final class UpstreamsReader {

    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private UpstreamsReader() {}

    /** The upstreams in the order of the file. */
    static SequencedMap<String, UpstreamConfig> read(Map<String, Section> sections) {
        SequencedMap<String, UpstreamConfig> upstreams = new LinkedHashMap<>();
        sections.forEach((name, section) -> {
            if (section.isPresent()) {
                if (!Names.isName(name)) {
                    section.problemOf(Written.quoted(name), Names.EXPECTED);
                }
                upstreams.put(name, upstream(name, section));
            }
        });
        return Collections.unmodifiableSequencedMap(upstreams);
    }

    private static UpstreamConfig upstream(String name, Section section) {
        section.needElements("servers", "at least one server, such as [\"http://127.0.0.1:8081\"]");
        return new UpstreamConfig(
                name,
                section.texts("servers", new ServerForm()),
                section.duration("connect_timeout", Duration.ofSeconds(2), LEAST, Duration.ofMinutes(5)),
                section.duration("timeout", Duration.ofSeconds(30), LEAST, DAY),
                section.duration("idle_timeout", Duration.ofSeconds(60), LEAST, DAY),
                section.integer("max_connections", 1024, 1, 1_000_000),
                section.duration("max_connection_age", Duration.ofMinutes(5), SECOND, DAY),
                section.integer("max_connection_requests", 10_000, 1, 1_000_000_000));
    }

    private record ServerForm() implements Form<Server> {

        private static final String SCHEME = "http://";

        @Override
        public @Nullable Server read(String text) {
            if (!text.startsWith(SCHEME)) {
                return null;
            }
            HostPort endpoint = HostPort.parse(text.substring(SCHEME.length()), 80);
            return endpoint == null || endpoint.port() == 0 ? null : new Server(endpoint.host(), endpoint.port());
        }

        @Override
        public String expected(String text) {
            if (text.startsWith("https://")) {
                return "\"http://host:port\"; https to upstreams is not supported yet";
            }
            boolean path = text.startsWith(SCHEME) && text.indexOf('/', SCHEME.length()) > 0;
            return path
                    ? "\"http://host:port\" without a path; the request's own path is passed on"
                    : "\"http://host:port\", such as \"http://127.0.0.1:8081\"";
        }
    }
}
