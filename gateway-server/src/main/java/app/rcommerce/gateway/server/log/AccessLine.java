package app.rcommerce.gateway.server.log;

import app.rcommerce.gateway.policy.RateLimitFields;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.server.exchange.Finished;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * The formatter of access log lines: one exchange as one line of JSON, without line feed; empty members are left out.
 * For one thread.
 */
public final class AccessLine {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
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
            reason(json, finished.reason());
            json.writeName("duration_ms");
            json.writeNumber(millis(finished.durationNanos()));
            upstream(json, finished.upstream());
            text(json, "failure", finished.failure());
            json.writeNumberProperty("bytes_in", finished.requestBytes());
            json.writeNumberProperty("bytes_out", finished.responseBytes());
            json.writeEndObject();
        }
        return out.toString();
    }

    private static void reason(JsonGenerator json, @Nullable Reason reason) {
        switch (reason) {
            case null -> {
                // The code says it all, or nothing was refused.
            }
            case Reason.OverLimit over -> {
                text(json, "limit", over.limit());
                text(json, "window", over.window());
                text(json, "key", over.key().toString());
                text(json, "counted", over.counted().label());
                json.writeNumberProperty("quota", over.quota());
                json.writeNumberProperty("remaining", over.remaining());
                json.writeNumberProperty(
                        "retry_after", Math.max(1, RateLimitFields.secondsUp(over.retryAfterMillis())));
            }
            case Reason.Blocked blocked -> {
                text(json, "blocked_by", blocked.by());
                text(json, "entry", blocked.entry());
                text(json, "note", blocked.note());
            }
            case Reason.BadToken token -> text(json, "reason", token.fault());
        }
    }

    private static void upstream(JsonGenerator json, Finished.@Nullable Upstream upstream) {
        if (upstream == null) {
            return;
        }
        text(json, "server", upstream.server());
        if (upstream.attempts() > 1) {
            json.writeNumberProperty("attempts", upstream.attempts());
        }
        if (upstream.connectNanos() > 0) {
            json.writeName("connect_ms");
            json.writeNumber(millis(upstream.connectNanos()));
        }
        if (upstream.answerNanos() >= 0) {
            json.writeName("upstream_ms");
            json.writeNumber(millis(upstream.answerNanos()));
        }
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
