package app.rcommerce.gateway.server.jobs;

import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.exchange.jobs.JobsMeter;
import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.time.Clock;
import java.util.function.Consumer;

/**
 * The dependencies of putting requests into queues. Immutable; safe for any thread.
 *
 * @param store the queues
 * @param meter told of what comes in
 * @param budget the bound on content that is on its way into queues
 * @param clock for the times of jobs
 * @param wake told of the queue that a job has come into
 */
public record Jobs(JobStore store, JobsMeter meter, MemoryBudget budget, Clock clock, Consumer<String> wake) {

    /** The handling of a request that is put into a queue. */
    public Handling of(Handler.Enqueue rule, Exchange exchange) {
        return new QueueHandling(this, rule, exchange);
    }
}
