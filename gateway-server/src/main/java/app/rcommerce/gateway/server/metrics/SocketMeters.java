package app.rcommerce.gateway.server.metrics;

import app.rcommerce.gateway.server.exchange.websocket.SocketMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one route's WebSockets, all of them at zero from the start. Close codes that are no common ones are
 * counted together, since peers may send any. Safe for any thread.
 */
final class SocketMeters implements SocketMeter {

    private static final Set<Integer> CODES = new TreeSet<>(Set.of(
            1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 4401, 4403, 4408));

    private final MeterRegistry registry;
    private final String route;
    private final LongAdder open = new LongAdder();
    private final LongAdder messagesIn = new LongAdder();
    private final LongAdder messagesOut = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final Map<Outcome, Counter> handshakes = new EnumMap<>(Outcome.class);
    private final Map<String, Counter> closes = new ConcurrentHashMap<>();

    SocketMeters(MeterRegistry registry, String route) {
        this.registry = registry;
        this.route = route;
        Gauge.builder("gateway.websocket.open", this, self -> self.open.sum())
                .description("WebSockets that are open")
                .tag("route", route)
                .register(registry);
        counted("gateway.websocket.messages", "Messages that have begun", "in", self -> self.messagesIn.sum());
        counted("gateway.websocket.messages", "Messages that have begun", "out", self -> self.messagesOut.sum());
        counted("gateway.websocket.bytes", "Bytes of frames that have passed", "in", self -> self.bytesIn.sum());
        counted("gateway.websocket.bytes", "Bytes of frames that have passed", "out", self -> self.bytesOut.sum());
        for (Outcome outcome : Outcome.values()) {
            handshakes.put(
                    outcome,
                    Counter.builder("gateway.websocket.handshakes")
                            .description("WebSocket handshakes by what became of them")
                            .tag("route", route)
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        CODES.forEach(code -> closes(Integer.toString(code)));
    }

    private void counted(String name, String what, String direction, ToDoubleFunction<SocketMeters> value) {
        FunctionCounter.builder(name, this, value)
                .description(what + ", from clients (in) and to them (out)")
                .tag("route", route)
                .tag("direction", direction)
                .register(registry);
    }

    private Counter closes(String code) {
        return closes.computeIfAbsent(
                code,
                text -> Counter.builder("gateway.websocket.closes")
                        .description("WebSockets that have ended, by close code")
                        .tag("route", route)
                        .tag("code", text)
                        .register(registry));
    }

    @Override
    public void handshake(Outcome outcome) {
        Counter counter = handshakes.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void opened() {
        open.increment();
    }

    @Override
    public void passed(boolean fromClient, int messages, long bytes) {
        (fromClient ? messagesIn : messagesOut).add(messages);
        (fromClient ? bytesIn : bytesOut).add(bytes);
    }

    @Override
    public void closed(int code) {
        open.decrement();
        closes(CODES.contains(code) ? Integer.toString(code) : code / 1000 + "xxx")
                .increment();
    }
}
