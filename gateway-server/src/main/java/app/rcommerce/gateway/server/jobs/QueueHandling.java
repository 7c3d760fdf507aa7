package app.rcommerce.gateway.server.jobs;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.job.JobForm;
import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.forward.Pick;
import app.rcommerce.gateway.job.forward.StoredRequest;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.exchange.content.WholeContent;
import app.rcommerce.gateway.server.exchange.jobs.JobsMeter.Accepted;
import app.rcommerce.gateway.server.message.NettyHeaders;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.proxy.OutgoingRequest;
import app.rcommerce.gateway.store.job.JobStore.Enqueued;
import app.rcommerce.gateway.webhook.Verification;
import app.rcommerce.gateway.webhook.WebhookVerifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The handling of a request that is put into a queue: it is answered 202 with the id of its job once the store has it.
 * Confined to the event loop of the exchange.
 */
final class QueueHandling implements Handling {

    /** Fields that say how the request came, and not what it is: they are made anew when it is forwarded. */
    private static final Set<String> NOT_KEPT =
            Set.of("content-length", "expect", "idempotency-key", "x-gateway-attempt", "x-gateway-verified");

    private static final Denial FULL =
            new Denial(503, "QUEUE_FULL", "The queue takes no more at the moment. Please retry.");
    private static final String RETRY_SECONDS = "30";
    /** A 401 names a scheme (RFC 9110 §11.6.1); which signature it is its sender knows. */
    private static final Field CHALLENGE = new Field("www-authenticate", "Webhook-Signature realm=\"rcommerce\"");

    private final Jobs jobs;
    private final Handler.Enqueue rule;
    private final Exchange exchange;
    private @Nullable WholeContent content;

    QueueHandling(Jobs jobs, Handler.Enqueue rule, Exchange exchange) {
        this.jobs = jobs;
        this.rule = rule;
        this.exchange = exchange;
    }

    @Override
    public void begin() {
        content = WholeContent.collect(exchange, rule.maxRequestBody(), jobs.budget(), this::enqueue);
    }

    @Override
    public void cancel() {
        WholeContent collected = content;
        if (collected != null) {
            collected.release();
        }
    }

    private void enqueue(byte[] body) {
        String verified = "";
        WebhookVerifier verifier = rule.verifier();
        if (verifier != null) {
            Headers fields = exchange.call().request().headers();
            switch (verifier.verify(fields, body, jobs.clock().millis())) {
                case Verification.Verified proof -> verified = proof.text();
                case Verification.Refused(String why) -> {
                    refuse(new Reason.BadSignature(why));
                    return;
                }
            }
        }
        NewJob job = job(body, verified);
        jobs.store()
                .enqueue(rule.queue(), job)
                .whenComplete((result, failure) -> exchange.client().later(() -> {
                    cancel();
                    answer(result, failure);
                }));
    }

    private void refuse(Reason reason) {
        jobs.meter().accepted(rule.queue().name(), Accepted.UNVERIFIED);
        cancel();
        exchange.answer(Denial.BAD_SIGNATURE.reply(exchange.call(), reason, CHALLENGE));
    }

    private NewJob job(byte[] body, String verified) {
        RequestHead head = OutgoingRequest.build(
                exchange.incoming(), exchange.call(), exchange.client().peer().localPort(), false);
        List<Field> fields = new ArrayList<>();
        NettyHeaders headers = new NettyHeaders(head.fields());
        headers.forEach((name, value) -> {
            // Underscores are hyphens to a server behind CGI.
            if (!NOT_KEPT.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                fields.add(new Field(name, value));
            }
        });
        long now = jobs.clock().millis();
        String id = JobId.next(now);
        StoredRequest request =
                new StoredRequest(exchange.route().name(), head.method().name(), head.target(), fields, body, verified);
        String text = JobForm.write(
                id,
                JobForm.WEBHOOK,
                rule.queue().name(),
                rule.priority(),
                now,
                Math.max(1, rule.queue().timeout().toSeconds()),
                request);
        JsonNode json = isReadFor(rule.event()) || isReadFor(rule.order()) ? JobForm.read(body) : null;
        Pick events = rule.event();
        String event = events == null ? null : events.from(headers, json);
        Pick order = rule.order();
        return new NewJob(
                id,
                rule.priority(),
                text,
                Duration.ZERO,
                order == null ? null : order.from(headers, json),
                event == null ? null : new NewJob.Event(exchange.route().name() + "\n" + event, rule.remembered()));
    }

    private static boolean isReadFor(@Nullable Pick pick) {
        return pick != null && pick.isOfContent();
    }

    private void answer(@Nullable Enqueued result, @Nullable Throwable failure) {
        String queue = rule.queue().name();
        Accepted what = failure != null || result == null
                ? Accepted.FAILED
                : switch (result) {
                    case Enqueued.Accepted accepted -> Accepted.ACCEPTED;
                    case Enqueued.Duplicate duplicate -> Accepted.DUPLICATE;
                    case Enqueued.Full full -> Accepted.FULL;
                };
        jobs.meter().accepted(queue, what);
        if (what == Accepted.ACCEPTED) {
            jobs.wake().accept(queue);
        }
        if (exchange.isOver()) {
            return;
        }
        if (failure != null) {
            StoreFailures.rethrowUnlessExpected(failure);
        }
        exchange.answer(
                switch (result) {
                    case Enqueued.Accepted(String id) -> accepted(id);
                    case Enqueued.Duplicate(String id) -> accepted(id);
                    case Enqueued.Full full -> FULL.reply(exchange.call(), new Field("retry-after", RETRY_SECONDS));
                    case null -> StoreFailures.denial(exchange.call());
                });
    }

    private static Reply accepted(String id) {
        return Reply.json(202, "{\"job_id\":\"" + id + "\"}");
    }
}
