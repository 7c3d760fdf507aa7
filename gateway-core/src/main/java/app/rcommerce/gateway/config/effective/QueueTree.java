package app.rcommerce.gateway.config.effective;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.RetryPlan;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.webhook.BodySignature;
import app.rcommerce.gateway.webhook.WebhookSecret;
import app.rcommerce.gateway.webhook.WebhookSigner;
import app.rcommerce.gateway.webhook.WebhookVerifier;
import java.util.List;

/** The settings of queues and of routes with queues. Stateless. */
final class QueueTree {

    private QueueTree() {}

    static TableTree queues(GatewayConfig config) {
        TableTree tree = new TableTree();
        config.queues().forEach((name, queue) -> tree.table(name, queue(queue)));
        return tree;
    }

    private static TableTree queue(QueueRule queue) {
        RetryPlan retry = queue.retry();
        TableTree tree = new TableTree()
                .table(
                        "retry",
                        new TableTree()
                                .put("attempts", retry.attempts())
                                .time("first", retry.first())
                                .time("max", retry.max())
                                .time("for", retry.within()))
                .put("concurrency", queue.concurrency())
                .put("rate", queue.pace() == null ? null : queue.pace().text())
                .put("max_jobs", queue.maxJobs())
                .size("max_bytes", queue.maxBytes())
                .put("max_dead", queue.maxDead())
                .time("lease", queue.lease())
                .time("timeout", queue.timeout())
                .put("max_crashes", queue.maxCrashes())
                .time("keep", queue.kept())
                .put("durable", queue.durable())
                .texts("redact", queue.redacted())
                .put("journal", queue.journal());
        WebhookSigner signer = queue.signer();
        if (signer != null) {
            List<Hidden> secrets = hidden(signer.secrets());
            tree.table("sign", new TableTree().put("secret", secrets.size() == 1 ? secrets.getFirst() : secrets));
        }
        return tree;
    }

    private static List<Hidden> hidden(List<WebhookSecret> secrets) {
        return secrets.stream()
                .map(secret -> Hidden.of(new Secret(secret.text())))
                .toList();
    }

    private static TableTree verify(WebhookVerifier verifier) {
        TableTree tree =
                new TableTree().put("scheme", verifier.scheme().text()).put("secrets", hidden(verifier.secrets()));
        if (verifier.scheme().isTimed()) {
            tree.time("tolerance", verifier.tolerance());
        }
        BodySignature form = verifier.form();
        if (form != null) {
            tree.put("header", form.header())
                    .word("algorithm", form.algorithm())
                    .word("encoding", form.encoding())
                    .put("prefix", form.prefix());
        }
        return tree;
    }

    static void enqueue(TableTree tree, Handler.Enqueue enqueue) {
        tree.put("handler", "queue")
                .put("queue", enqueue.queue().name())
                .put("upstream", enqueue.upstream())
                .put("priority", enqueue.priority().text())
                .size("max_request_body", enqueue.maxRequestBody());
        if (enqueue.event() != null) {
            tree.put("dedupe", enqueue.event().toString()).time("dedupe_for", enqueue.remembered());
        }
        tree.put("order_by", enqueue.order() == null ? null : enqueue.order().toString());
        if (enqueue.verifier() != null) {
            tree.table("verify", verify(enqueue.verifier()));
        }
    }
}
