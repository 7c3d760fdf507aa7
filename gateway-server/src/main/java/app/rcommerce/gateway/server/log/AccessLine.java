package app.rcommerce.gateway.server.log;

import app.rcommerce.gateway.server.exchange.Finished;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The formatter of access log lines: one exchange as one line of JSON, without line feed; empty members are left out.
 * For one thread.
 */
final class AccessLine {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final JsonFactory FACTORY = new JsonFactory();

    private final StringWriter out = new StringWriter(512);

    String of(Finished finished) {
        out.getBuffer().setLength(0);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("time", TIME.format(Instant.ofEpochMilli(finished.startMillis())));
            text(json, "request_id", finished.requestId());
            text(json, "client", finished.clientAddress());
            text(json, "method", finished.method());
            text(json, "host", finished.host());
            text(json, "path", finished.path());
            text(json, "route", finished.route());
            json.writeNumberProperty("status", finished.status());
            text(json, "code", finished.code());
            text(json, "caller", finished.caller());
            text(json, "cache", finished.cache());
            json.writeName("duration_ms");
            json.writeNumber(millis(finished.durationNanos()));
            if (finished.upstreamNanos() >= 0) {
                json.writeName("upstream_ms");
                json.writeNumber(millis(finished.upstreamNanos()));
            }
            text(json, "failure", finished.failure());
            json.writeNumberProperty("bytes_in", finished.requestBytes());
            json.writeNumberProperty("bytes_out", finished.responseBytes());
            json.writeEndObject();
        }
        return out.toString();
    }

    private static void text(JsonGenerator json, String name, String value) {
        if (!value.isEmpty()) {
            json.writeStringProperty(name, value);
        }
    }

    /** A duration in milliseconds with three decimals. */
    private static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(nanos / 1000, 3);
    }
}
