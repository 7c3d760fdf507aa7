package app.rcommerce.gateway.route;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.forward.Pick;
import app.rcommerce.gateway.topic.TopicRules;
import app.rcommerce.gateway.webhook.WebhookVerifier;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The handler of a route: it answers requests that have passed the policies. Immutable. */
public sealed interface Handler {

    /** A short text for operators, such as the name of the upstream. */
    String summary();

    /** The name of the upstream that answers; null where none does. */
    default @Nullable String upstream() {
        return null;
    }

    /** How replies are cached; null where they are not. */
    default @Nullable CacheRule cache() {
        return null;
    }

    /** How WebSockets are relayed, or clients of topics bounded; null where there are none. */
    default @Nullable WebSocketRule webSocket() {
        return null;
    }

    /** The topics that clients hear; null where they hear none. */
    default @Nullable Events events() {
        return null;
    }

    /** How long a request may take from its head to the end of its answer; null for the server's own bound. */
    default @Nullable Duration maxRequestTime() {
        return null;
    }

    /**
     * Forwards requests to an upstream.
     *
     * @param upstream the name of the upstream
     * @param cache how replies are cached, or null where they are not
     * @param maxRequestBody the largest request content in bytes, or null for the server's own bound
     * @param maxRequestTime from a request's head to the end of its answer, zero for none, or null for the server's own
     *     bound
     * @param webSocket how WebSockets are relayed, or null where they are not
     * @param idempotency how answers to requests with an idempotency key are repeated, or null where they are not
     */
    record Proxy(
            String upstream,
            @Nullable CacheRule cache,
            @Nullable Long maxRequestBody,
            @Nullable Duration maxRequestTime,
            @Nullable WebSocketRule webSocket,
            @Nullable IdempotencyRule idempotency)
            implements Handler {

        /** A handler that relays no WebSockets, repeats no answers, and takes as long as the server allows. */
        public Proxy(String upstream, @Nullable CacheRule cache, @Nullable Long maxRequestBody) {
            this(upstream, cache, maxRequestBody, null, null, null);
        }

        @Override
        public String summary() {
            return upstream;
        }
    }

    /**
     * How replies are cached.
     *
     * @param ttl the freshness lifetime where the reply names none
     * @param shared whether one copy serves every caller allowed on the route, credentials or not; otherwise only what
     *     RFC 9111 lets a shared cache keep
     * @param maxEntryBytes the largest content that is stored
     */
    record CacheRule(Duration ttl, boolean shared, long maxEntryBytes) {}

    /**
     * Answers with a fixed response from the configuration.
     *
     * @param reply the response, the same one for all requests, so that a large body is in memory once; its status is
     *     from 200 to 599, and its body empty where the status allows none (RFC 9110 §15.3.5, §15.4.5)
     */
    record Respond(Reply reply) implements Handler {
        @Override
        public String summary() {
            return "respond " + reply.status();
        }
    }

    /**
     * Redirects the client (RFC 9110 §15.4).
     *
     * @param to the template that the location is made from
     * @param status 301, 302, 303, 307 or 308
     */
    record Redirect(Location to, int status) implements Handler {
        @Override
        public String summary() {
            return "redirect " + status + " " + to;
        }
    }

    /**
     * Delivers topics to clients, by Server-Sent Events and by WebSocket.
     *
     * @param topics what there is, and who may have it
     * @param maxTopics how many topics a client may have at once
     * @param queue how many bytes may wait for a client that takes them too slowly
     * @param heartbeat how long a client hears nothing at most
     * @param connections the bounds on clients of either kind, and on what they send
     */
    record Events(TopicRules topics, int maxTopics, long queue, Duration heartbeat, WebSocketRule connections)
            implements Handler {

        @Override
        public String summary() {
            return "events of " + topics.rules().size() + (topics.rules().size() == 1 ? " topic" : " topics");
        }

        @Override
        public WebSocketRule webSocket() {
            return connections;
        }

        @Override
        public Events events() {
            return this;
        }

        @Override
        public Duration maxRequestTime() {
            return Duration.ZERO;
        }
    }

    /**
     * Puts requests into a queue, from which they are forwarded later.
     *
     * @param queue the queue
     * @param priority of the jobs
     * @param upstream the name of the upstream that they are for
     * @param maxRequestBody the largest content in bytes
     * @param event what names an event, so that a second one is not taken; null for nothing
     * @param remembered how long an event is remembered
     * @param order what names the order in which requests are forwarded one behind the other; null for none
     * @param verifier of who has sent a request; null where anybody may
     */
    record Enqueue(
            QueueRule queue,
            Priority priority,
            String upstream,
            long maxRequestBody,
            @Nullable Pick event,
            Duration remembered,
            @Nullable Pick order,
            @Nullable WebhookVerifier verifier)
            implements Handler {

        /** Content on its way into queues has this part of the heap together: a sixteenth. */
        public static final int HEAP_PARTS = 16;

        @Override
        public String summary() {
            return "queue " + queue.name() + " to " + upstream;
        }
    }

    /**
     * Publishes what clients send on a topic.
     *
     * @param topics what there is, and who may publish on it
     * @param maxMessage the largest message in bytes
     */
    record Publish(TopicRules topics, long maxMessage) implements Handler {

        @Override
        public String summary() {
            return "publish on " + topics.rules().size() + (topics.rules().size() == 1 ? " topic" : " topics");
        }
    }
}
