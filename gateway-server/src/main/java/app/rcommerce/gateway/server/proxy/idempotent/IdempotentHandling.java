package app.rcommerce.gateway.server.proxy.idempotent;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.idempotency.Claim;
import app.rcommerce.gateway.idempotency.IdempotencyKey;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.IdempotencyRule;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.exchange.content.WholeContent;
import app.rcommerce.gateway.server.exchange.idempotency.IdempotencyMeter.Outcome;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.FieldLines;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.proxy.Proxying;
import app.rcommerce.gateway.store.idempotency.IdempotencyStore.Begun;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handling of a request with an idempotency key (draft-ietf-httpapi-idempotency-key-header-07, a draft): its
 * content is collected, since it is part of what a repeat is known by; then the store says whether it is forwarded, as
 * any other request is, or answered from here. Confined to the event loop of the exchange.
 */
final class IdempotentHandling implements Handling {

    /**
     * How a request is forwarded.
     *
     * @param proxying what forwarding needs
     * @param proxy the route's handler
     * @param rule its rule
     */
    record Forwarding(Proxying proxying, Handler.Proxy proxy, IdempotencyRule rule) {}

    private static final Logger LOG = LoggerFactory.getLogger(IdempotentHandling.class);

    private static final String REPLAYED_FIELD = "idempotent-replayed";

    private static final Denial MISSING =
            new Denial(400, "IDEMPOTENCY_KEY_MISSING", "This operation requires the field Idempotency-Key.");
    private static final Denial MALFORMED = new Denial(
            400,
            "IDEMPOTENCY_KEY_INVALID",
            "Idempotency-Key is not one string of 1 to " + IdempotencyKey.LONGEST + " characters.");
    private static final Denial IN_PROGRESS = new Denial(
            409, "IDEMPOTENCY_KEY_IN_PROGRESS", "A request with this Idempotency-Key is under way. Please retry.");
    private static final Denial OTHER_REQUEST =
            new Denial(422, "IDEMPOTENCY_KEY_REUSED", "Another request has been made with this Idempotency-Key.");
    private static final Field RETRY_AFTER = new Field("retry-after", "1");

    private final Idempotency idempotency;
    private final Forwarding how;
    private final Exchange exchange;
    private @Nullable WholeContent content;
    private @Nullable Handling forwarding;

    IdempotentHandling(Idempotency idempotency, Forwarding how, Exchange exchange) {
        this.idempotency = idempotency;
        this.how = how;
        this.exchange = exchange;
    }

    @Override
    public void begin() {
        List<String> values = FieldLines.of(exchange.incoming().head().fields(), IdempotencyKey.FIELD);
        String key = values.size() == 1 ? IdempotencyKey.parse(values.getFirst()) : null;
        if (values.isEmpty()) {
            answer(Outcome.MISSING, MISSING.reply(exchange.call()));
        } else if (key == null) {
            answer(Outcome.MALFORMED, MALFORMED.reply(exchange.call()));
        } else {
            Long bound = how.proxy().maxRequestBody();
            long most = bound == null ? exchange.server().maxRequestBody() : bound;
            if (how.rule().maxRequest() < most) {
                most = how.rule().maxRequest();
                exchange.content().boundedFor("with an Idempotency-Key");
            }
            content = WholeContent.collect(exchange, most, idempotency.budget(), body -> claim(key, body));
        }
    }

    private void answer(Outcome outcome, Reply reply) {
        count(outcome);
        exchange.answer(reply);
    }

    private void count(Outcome outcome) {
        idempotency.meter().counted(exchange.route().name(), outcome);
    }

    private void claim(String key, byte[] body) {
        RequestHead head = exchange.incoming().head();
        List<Identifier> caller = new ArrayList<>(exchange.call().identities());
        if (caller.isEmpty()) {
            caller.add(exchange.call().exactAddress());
        }
        Claim claim = Claim.of(
                exchange.route().name(),
                caller,
                key,
                new Claim.Requested(head.method().name(), exchange.incoming().host(), head.target(), body));
        Duration most = how.proxy().maxRequestTime();
        Duration life = how.rule().markLife(most == null ? exchange.server().maxRequestTime() : most);
        idempotency
                .store()
                .begin(claim, life)
                .whenComplete((begun, failure) -> exchange.client().later(() -> begun(claim, body, begun, failure)));
    }

    private void begun(Claim claim, byte[] body, @Nullable Begun begun, @Nullable Throwable failure) {
        if (exchange.isOver()) {
            // Nothing has been forwarded, and nothing will be.
            if (begun == null || begun instanceof Begun.First) {
                idempotency.store().release(claim);
            }
            return;
        }
        switch (begun) {
            case Begun.First first -> {
                count(Outcome.FORWARDED);
                forward(new KeptAnswer.Mark(claim, true), body);
            }
            case Begun.InProgress inProgress ->
                refuse(Outcome.IN_PROGRESS, IN_PROGRESS.reply(exchange.call(), RETRY_AFTER));
            case Begun.OtherRequest other -> refuse(Outcome.OTHER_REQUEST, OTHER_REQUEST.reply(exchange.call()));
            case Begun.Answered(Reply answer) -> refuse(Outcome.REPLAYED, replayed(answer));
            case null -> unchecked(claim, body, failure);
        }
    }

    private void refuse(Outcome outcome, Reply reply) {
        releaseContent();
        answer(outcome, reply);
    }

    private static Reply replayed(Reply answer) {
        List<Field> fields = new ArrayList<>(answer.fields());
        fields.add(new Field(REPLAYED_FIELD, "true"));
        fields.add(new Field("via", ProtocolVersion.HTTP_1_1.via().toString()));
        return new Reply(answer.status(), fields, answer.body());
    }

    /** The store has not said anything; it may have begun the request all the same. */
    private void unchecked(Claim claim, byte[] body, @Nullable Throwable failure) {
        count(Outcome.UNCHECKED);
        if (failure != null && !isExpected(failure)) {
            LOG.error(
                    "request {}: the store of idempotency keys failed",
                    exchange.call().requestId(),
                    failure);
            releaseContent();
            exchange.fail(new Failure(
                    Failure.Source.GATEWAY, Failure.Kind.DEFECT, "the store of idempotency keys has a defect"));
        } else if (how.rule().allowUnchecked()) {
            forward(new KeptAnswer.Mark(claim, false), body);
        } else {
            idempotency.store().release(claim);
            releaseContent();
            exchange.answer(StoreFailures.denial(exchange.call()));
        }
    }

    private static boolean isExpected(Throwable failure) {
        try {
            StoreFailures.rethrowUnlessExpected(failure);
            return true;
        } catch (IllegalStateException defect) {
            return false;
        }
    }

    private void forward(KeptAnswer.Mark mark, byte[] body) {
        // The client has sent it all.
        exchange.incoming().head().fields().remove(HttpHeaderNames.EXPECT);
        exchange.content().restore(body);
        KeptAnswer answer = new KeptAnswer(idempotency, how.rule(), exchange, mark, this::releaseContent);
        Handling begun = how.proxying().of(how.proxy(), exchange, answer);
        forwarding = begun;
        begun.begin();
    }

    private void releaseContent() {
        WholeContent collected = content;
        if (collected != null) {
            collected.release();
        }
    }

    @Override
    public void contentArrived() {
        if (forwarding != null) {
            forwarding.contentArrived();
        }
    }

    @Override
    public void clientWritable() {
        if (forwarding != null) {
            forwarding.clientWritable();
        }
    }

    @Override
    public boolean clientGone() {
        if (forwarding != null) {
            return forwarding.clientGone();
        }
        cancel();
        return true;
    }

    @Override
    public void cancel() {
        if (forwarding != null) {
            forwarding.cancel();
        }
        releaseContent();
    }
}
