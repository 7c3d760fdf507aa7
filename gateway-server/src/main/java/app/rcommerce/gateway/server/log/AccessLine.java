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
import tools.jackson.core.json.JsonWriteFeature;

/**
 * The formatter of access log lines: one exchange as one line of JSON, without line feed; empty members are left out.
 * For one thread.
 */
public final class AccessLine {

    /** Times in the lines of the log: ISO 8601, in UTC, with milliseconds. */
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonFactory ASCII =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final JsonFactory factory;

    private final StringWriter out = new StringWriter(512);

    private AccessLine(JsonFactory factory) {
        this.factory = factory;
    }

    /** A formatter of lines for the log. */
    static AccessLine unicode() {
        return new AccessLine(FACTORY);
    }

    /** A formatter of lines in which every character that is not printable ASCII is escaped. */
    public static AccessLine ascii() {
        return new AccessLine(ASCII);
    }

    /** The line of this exchange. */
    public String of(Finished finished) {
        out.getBuffer().setLength(0);
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), out)) {
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
            text(json, "not_stored", finished.notStored());
            Members.Line line = line(json);
            Members.protocol(line, finished.protocol());
            Members.socket(line, finished.socket());
            Members.reason(line, finished.reason());
            json.writeName("duration_ms");
            json.writeNumber(Members.millis(finished.durationNanos()));
            Members.upstream(line, finished.upstream());
            text(json, "failure", finished.failure());
            json.writeNumberProperty("bytes_in", finished.requestBytes());
            json.writeNumberProperty("bytes_out", finished.responseBytes());
            json.writeEndObject();
        }
        return out.toString();
    }

    private static Members.Line line(JsonGenerator json) {
        return new Members.Line() {
            @Override
            public void text(String name, String value) {
                AccessLine.text(json, name, value);
            }

            @Override
            public void number(String name, BigDecimal value) {
                json.writeName(name);
                json.writeNumber(value);
            }
        };
    }

    private static void text(JsonGenerator json, String name, String value) {
        if (!value.isEmpty()) {
            json.writeStringProperty(name, value);
        }
    }
}
