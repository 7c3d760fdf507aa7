package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.forward.Pick;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.webhook.WebhookVerifier;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code handler = "queue"}. All routes are read by one reader, since a queue is delivered to one upstream: a
 * dead one must not hold up what others are to get.
 */
public final class QueueReader {

    static final String NAME = "queue";

    static final List<String> KEYS = List.of(
            "queue", "priority", "dedupe", "dedupe_for", "order_by", "verify", "max_request_body", "strip_credentials");

    /** The keys that no other handler has. */
    static final List<String> ALONE = List.of("priority", "dedupe", "dedupe_for", "order_by", "verify");

    private static final Form<Pick> PICK = Form.of(Pick.EXPECTED, Pick::parse);
    private static final Form<Priority> PRIORITY = Form.of(
            "\"high\", \"normal\" or \"low\"", text -> Priority.texts().contains(text) ? Priority.of(text) : null);
    private static final long MB = 1 << 20;
    private static final Duration YEAR = Duration.ofDays(366);

    private final Form<String> upstream;
    private final Form<String> queueName;
    private final Map<String, QueueRule> queues;
    /** The upstream of each queue, as the first route with it says. */
    private final Map<String, String> upstreams = new HashMap<>();

    /** A reader of routes to these queues and upstreams; names of such with problems count. */
    public QueueReader(Collection<String> upstreams, Collection<String> queueNames, Map<String, QueueRule> queues) {
        this.upstream = Form.anyOf(upstreams);
        this.queueName = Form.anyOf(queueNames);
        this.queues = queues;
    }

    /** Whether the route puts requests into a queue; {@code upstream} says then where they go from there. */
    public static boolean isQueue(Section route) {
        return NAME.equals(route.text("handler", Form.of("", text -> text)));
    }

    @Nullable
    Handler read(Section route) {
        String name = route.required("queue", queueName);
        String to = route.required("upstream", upstream);
        Priority priority = route.text("priority", PRIORITY, Priority.NORMAL);
        long most = route.size("max_request_body", MB, 0, Math.min(ServerConfig.MAX_BODY, 16 * MB));
        Pick events = route.text("dedupe", PICK);
        Duration remembered = route.duration("dedupe_for", Duration.ofDays(3), Duration.ofSeconds(1), YEAR);
        if (route.has("dedupe_for") && !route.has("dedupe")) {
            route.problem("dedupe_for", "none without dedupe, which says what names an event");
        }
        Pick order = route.text("order_by", PICK);
        WebhookVerifier verifier = VerifyReader.read(route);
        QueueRule queue = name == null ? null : queues.get(name);
        if (queue == null || to == null) {
            return null;
        }
        String other = upstreams.putIfAbsent(queue.name(), to);
        if (other != null && !other.equals(to)) {
            route.problem(
                    "upstream", "\"" + other + "\", to which another route delivers this queue, or another queue");
            return null;
        }
        return new Handler.Enqueue(queue, priority, to, most, events, remembered, order, verifier);
    }
}
