package app.rcommerce.gateway.server.events;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.topic.TopicRules;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a request names in its query. Immutable.
 *
 * @param lastEventId the id of the event that the client has seen last; null where it does not say. A page that makes a
 *     new {@code EventSource} cannot set the field
 */
record AskedTopics(
        List<String> names, boolean hasToken, @Nullable String lastEventId) {

    private static final int MOST_PARAMETERS = 1_100;
    /** Names under which others send tokens in queries, where they end up in logs. */
    private static final Set<String> TOKENS =
            Set.of("token", "access_token", "authorization", "jwt", "api_key", "bearer");

    static final Denial TOKEN_IN_QUERY = new Denial(
            400,
            "TOKEN_IN_QUERY",
            "A token is not taken from the query, which ends up in logs: send it in Authorization, as the subprotocol"
                    + " bearer.<token>, in a first message, or ask for a ticket.");

    static AskedTopics of(Exchange exchange) {
        String query = exchange.incoming().target().query();
        if (query == null || query.isEmpty()) {
            return new AskedTopics(List.of(), false, null);
        }
        Map<String, List<String>> parameters = QueryStringDecoder.builder()
                .hasPath(false)
                .maxParams(MOST_PARAMETERS)
                .build(query)
                .parameters();
        boolean token = parameters.keySet().stream().anyMatch(name -> TOKENS.contains(name.toLowerCase(Locale.ROOT)));
        List<String> seen = parameters.getOrDefault("last_event_id", List.of());
        return new AskedTopics(
                List.copyOf(new LinkedHashSet<>(parameters.getOrDefault("topic", List.of()))),
                token,
                seen.isEmpty() ? null : seen.getFirst());
    }

    /** The topics that the caller may have; null where there is one that it may not, which has been answered. */
    @Nullable
    List<TopicRules.Granted> granted(TopicRules rules, Caller caller, Exchange exchange) {
        List<TopicRules.Granted> all = new ArrayList<>(names.size());
        for (String name : names) {
            switch (rules.answer(name, caller)) {
                case TopicRules.Granted granted -> all.add(granted);
                case TopicRules.Refusal refusal -> {
                    exchange.answer(refused(refusal, exchange));
                    return null;
                }
            }
        }
        return all;
    }

    static Reply refused(TopicRules.Refusal refusal, Exchange exchange) {
        int status = switch (refusal) {
            case MALFORMED -> 400;
            case UNKNOWN -> 404;
            case ANONYMOUS -> 401;
            case FORBIDDEN -> 403;
        };
        return new Denial(status, refusal.code(), refusal.message()).reply(exchange.call());
    }
}
