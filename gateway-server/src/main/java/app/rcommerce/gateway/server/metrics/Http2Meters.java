package app.rcommerce.gateway.server.metrics;

import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What happens on connections of HTTP/2 beside their requests. Safe for any thread. */
final class Http2Meters {

    private static final String CLOSED = "CLOSED_";

    private final Map<Http2Event, Counter> counters = new EnumMap<>(Http2Event.class);
    private final LongAdder streams = new LongAdder();

    Http2Meters(MeterRegistry registry) {
        Gauge.builder("gateway.http2.streams", streams::sum)
                .description("Open streams of HTTP/2 connections of clients")
                .register(registry);
        for (Http2Event event : Http2Event.values()) {
            counters.put(event, counter(event).register(registry));
        }
    }

    private static Counter.Builder counter(Http2Event event) {
        String name = event.name().toLowerCase(Locale.ROOT);
        return switch (event) {
            case STREAM_OPENED ->
                Counter.builder("gateway.http2.streams.opened").description("Streams that clients have begun");
            case STREAM_CLOSED ->
                Counter.builder("gateway.http2.streams.closed").description("Streams that have ended, however");
            case REFUSED_STREAM ->
                Counter.builder("gateway.http2.streams.refused")
                        .description(
                                "Streams refused: their connection had as many as it may, or memory for clients was spent");
            case SLOW_CONTENT, SLOW_READER ->
                Counter.builder("gateway.http2.streams.slow")
                        .description("Streams ended because their client was too slow")
                        .tag("side", event == Http2Event.SLOW_CONTENT ? "content" : "answer");
            case CLOSED_MISBEHAVIOUR,
                    CLOSED_PROTOCOL,
                    CLOSED_IDLE,
                    CLOSED_HEADER_TIMEOUT,
                    CLOSED_SETTINGS_TIMEOUT,
                    CLOSED_TINY_HEADER_LIST,
                    CLOSED_NOT_READING,
                    CLOSED_DRAINED ->
                Counter.builder("gateway.http2.connections.closed")
                        .description("Connections of HTTP/2 that the gateway has closed")
                        .tag("reason", name.substring(CLOSED.length()));
            case RESET,
                    PROVOKED_RESET,
                    EMPTY_DATA,
                    CONTINUATION,
                    SETTINGS,
                    PING,
                    PRIORITY,
                    WINDOW_UPDATE,
                    OTHER_FRAME ->
                Counter.builder("gateway.http2.misbehaviour")
                        .description("Frames that count towards a connection's budget of misbehaviour")
                        .tag("kind", name);
        };
    }

    void count(Http2Event event) {
        if (event == Http2Event.STREAM_OPENED) {
            streams.increment();
        } else if (event == Http2Event.STREAM_CLOSED) {
            streams.decrement();
        }
        Counter counter = counters.get(event);
        if (counter != null) {
            counter.increment();
        }
    }
}
