package app.rcommerce.gateway.server.events;

import app.rcommerce.gateway.server.testing.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A client of Server-Sent Events that shows everything as it came, for tests. */
final class EventClient implements AutoCloseable {

    /** An event: its lines by what they begin with. */
    record Event(List<String> lines) {

        String value(String name) {
            return lines.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .reduce((one, two) -> one + "\n" + two)
                    .orElse("");
        }

        String event() {
            return value("event");
        }

        String id() {
            return value("id");
        }

        String data() {
            return value("data");
        }
    }

    private final RawClient raw;
    private final List<String> head = new ArrayList<>();

    private EventClient(RawClient raw) {
        this.raw = raw;
    }

    /** A client whose request has been answered with 200; it has read its first event. */
    static EventClient open(int port, String query, String... fields) throws IOException {
        EventClient client = new EventClient(new RawClient(port));
        client.raw.get("/events?" + query, fields);
        String status = client.raw.line();
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException("answered with " + status);
        }
        for (String line = client.raw.line(); !line.isEmpty(); line = client.raw.line()) {
            client.head.add(line);
        }
        return client;
    }

    String field(String name) {
        return head.stream()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }

    /** The next block of lines, which may be a comment. */
    Event block() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = raw.line(); !line.isEmpty(); line = raw.line()) {
            lines.add(line);
        }
        return new Event(lines);
    }

    /** The next event that is one of a topic or of ours. */
    Event next() throws IOException {
        Event event = block();
        while (event.event().isEmpty()) {
            event = block();
        }
        return event;
    }

    RawClient raw() {
        return raw;
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }
}
