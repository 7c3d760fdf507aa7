package app.rcommerce.gateway.server.events;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.exchange.content.WholeContent;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicRules;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The handling of a request whose content is published on a topic: it is collected up to a bound, and answered with 202
 * once the store has it. The topic is the query's, or the only one that the route has. Confined to the event loop of
 * the exchange.
 */
final class PublishHandling implements Handling {

    private static final Denial ONE_TOPIC =
            new Denial(400, "BAD_TOPIC", "The query does not name one topic (expected: ?topic=NAME).");
    private static final Denial NOT_TEXT = new Denial(400, "VALIDATION_ERROR", "The content is no UTF-8.");
    private static final Denial EMPTY = new Denial(400, "VALIDATION_ERROR", "There is no content to be published.");

    private final Events events;
    private final Handler.Publish rule;
    private final Exchange exchange;
    private @Nullable WholeContent content;

    PublishHandling(Events events, Handler.Publish rule, Exchange exchange) {
        this.events = events;
        this.rule = rule;
        this.exchange = exchange;
    }

    @Override
    public void begin() {
        if (!exchange.incoming().method().equals("POST")) {
            exchange.answer(Denial.METHOD_NOT_ALLOWED.reply(exchange.call(), new Field("allow", "POST")));
            return;
        }
        AskedTopics asked = AskedTopics.of(exchange);
        if (asked.hasToken()) {
            exchange.answer(AskedTopics.TOKEN_IN_QUERY.reply(exchange.call()));
            return;
        }
        String only = rule.topics().onlyName();
        String name = asked.names().size() == 1
                ? asked.names().getFirst()
                : asked.names().isEmpty() ? only : null;
        if (name == null) {
            exchange.answer(ONE_TOPIC.reply(exchange.call()));
            return;
        }
        switch (rule.topics().answer(name, exchange.call().caller())) {
            case TopicRules.Refusal refusal -> exchange.answer(AskedTopics.refused(refusal, exchange));
            case TopicRules.Granted granted ->
                content = WholeContent.collect(
                        exchange, rule.maxMessage(), events.contents(), whole -> publish(granted, whole));
        }
    }

    @Override
    public void cancel() {
        WholeContent collected = content;
        if (collected != null) {
            collected.release();
        }
    }

    private void publish(TopicRules.Granted to, byte[] whole) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(whole))
                    .toString();
        } catch (CharacterCodingException e) {
            cancel();
            exchange.answer(NOT_TEXT.reply(exchange.call()));
            return;
        }
        if (text.isBlank()) {
            cancel();
            exchange.answer(EMPTY.reply(exchange.call()));
            return;
        }
        CompletionStage<@Nullable Position> published = events.hub().store().publish(to.feed(), text);
        published.whenComplete((position, failure) -> exchange.client().later(() -> {
            cancel();
            if (exchange.isOver()) {
                return;
            }
            if (failure != null) {
                exchange.answer(StoreFailures.denial(exchange.call()));
                return;
            }
            events.hub().meter().published();
            String body = position == null ? "{\"id\":null}" : "{\"id\":\"" + position + "\"}";
            exchange.answer(Reply.json(202, body));
        }));
    }
}
