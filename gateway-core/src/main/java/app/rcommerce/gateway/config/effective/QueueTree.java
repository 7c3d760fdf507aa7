package app.rcommerce.gateway.config.effective;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.RetryPlan;
import app.rcommerce.gateway.route.Handler;

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
        return new TableTree()
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
    }
}
