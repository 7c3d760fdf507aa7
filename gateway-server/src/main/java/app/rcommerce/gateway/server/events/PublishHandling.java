package app.rcommerce.gateway.server.events;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.message.ContentSink;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicRules;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
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
final class PublishHandling implements Handling, ContentSink {

    private static final Denial ONE_TOPIC =
            new Denial(400, "BAD_TOPIC", "The query does not name one topic (expected: ?topic=NAME).");
    private static final Denial NOT_TEXT = new Denial(400, "VALIDATION_ERROR", "The content is no UTF-8.");
    private static final Denial EMPTY = new Denial(400, "VALIDATION_ERROR", "There is no content to be published.");

    private final Events events;
    private final Handler.Publish rule;
    private final Exchange exchange;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream(0);
    private TopicRules.@Nullable Granted topic;

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
            case TopicRules.Granted granted -> {
                topic = granted;
                collect();
            }
        }
    }

    private void collect() {
        exchange.content().bound(rule.maxMessage());
        if (exchange.content().isTooLarge()) {
            exchange.answer(exchange.content().tooLarge());
            return;
        }
        exchange.content().sendTo(this);
    }

    @Override
    public void send(ByteBuf piece, boolean last) {
        try {
            int size = piece.readableBytes();
            if (size > 0) {
                byte[] bytes = new byte[size];
                piece.readBytes(bytes);
                content.writeBytes(bytes);
            }
        } finally {
            piece.release();
        }
        if (last && !exchange.isOver() && topic != null) {
            publish(topic);
        }
    }

    @Override
    public void flush() {
        // It is published at its end.
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void awaitingClient() {
        // Only the connection has a time-out.
    }

    private void publish(TopicRules.Granted to) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            exchange.answer(NOT_TEXT.reply(exchange.call()));
            return;
        }
        if (text.isBlank()) {
            exchange.answer(EMPTY.reply(exchange.call()));
            return;
        }
        CompletionStage<@Nullable Position> published = events.hub().store().publish(to.feed(), text);
        published.whenComplete((position, failure) -> exchange.client().loop().execute(() -> {
            if (exchange.isOver()) {
                return;
            }
            if (failure != null) {
                exchange.answer(StoreFailures.denial(exchange.call()));
                return;
            }
            events.hub().meter().published();
            String body = position == null ? "{\"id\":null}" : "{\"id\":\"" + position + "\"}";
            exchange.answer(AskedTopics.json(202, body));
        }));
    }
}
