package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Limit.OnStoreFailure;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.Taken;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.MemoryLimitStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * The limits as the policies ask them: one call to the store for one identifier, the refusal, and what holds while the
 * store is away: each limit says so for itself.
 */
final class LimitGate {

    /** Where permits come from while the store answers, and while it does not. */
    record Source(LimitStore shared, MemoryLimitStore local, IntSupplier nodes) {}

    private final Source source;
    private final Telemetry telemetry;

    LimitGate(Source source, Telemetry telemetry) {
        this.source = source;
        this.telemetry = telemetry;
    }

    Verdict take(Call call, Identifier identifier, LimitPlan plan, double multiplier) {
        if (plan.isEmpty()) {
            return Verdict.PASS;
        }
        Meters meters = plan.meters(multiplier);
        Taken near = source.shared().takeNear(identifier, meters, 1);
        if (near != null) {
            return settle(call, plan, meters, near);
        }
        return new Verdict.Later<>(
                source.shared().take(identifier, meters, 1),
                taken -> settle(call, plan, meters, taken),
                failure -> storeFailed(call, identifier, plan, multiplier, failure));
    }

    private Verdict settle(Call call, LimitPlan plan, List<Meter> meters, Taken taken) {
        if (taken.states().size() != meters.size()) {
            throw new IllegalStateException(
                    "the store answered for " + taken.states().size() + " meters of " + meters.size());
        }
        for (int i = 0; i < meters.size(); i++) {
            Taken.State state = taken.states().get(i);
            call.metered(meters.get(i), state);
            if (state.over() && meters.get(i).enforced()) {
                call.refusedBy(plan.owner(i).name());
            }
            if (state.over()) {
                telemetry.decided(
                        "limit:" + plan.owner(i).name(), meters.get(i).enforced() ? "refused" : "shadow_refused");
            }
        }
        return taken.granted() ? Verdict.PASS : new Verdict.Answer(refusal(call, meters, taken));
    }

    private Reply refusal(Call call, List<Meter> meters, Taken taken) {
        long seconds = Math.max(1, RateLimitFields.secondsUp(taken.retryAfterMillis()));
        List<String> violated = new ArrayList<>(2);
        for (int i = 0; i < meters.size(); i++) {
            if (meters.get(i).enforced() && taken.states().get(i).over()) {
                violated.add(meters.get(i).policy());
            }
        }
        String text = "Rate limit exceeded. Please retry after " + seconds + (seconds == 1 ? " second." : " seconds.");
        return Denial.QUOTA_EXCEEDED.reply(
                call,
                text,
                new ErrorBody.Extras(seconds, violated),
                new Field("retry-after", Long.toString(seconds)));
    }

    private Verdict storeFailed(
            Call call, Identifier identifier, LimitPlan plan, double multiplier, Throwable failure) {
        StoreFailures.rethrowUnlessExpected(failure);
        List<Limit> local = new ArrayList<>(plan.limits().size());
        for (Limit limit : plan.limits()) {
            if (limit.onStoreFailure() == OnStoreFailure.DENY && limit.mode() == Limit.Mode.ENFORCE) {
                telemetry.decided("limit:" + limit.name(), "unknown_denied");
                return new Verdict.Answer(StoreFailures.denial(call));
            }
            if (limit.onStoreFailure() == OnStoreFailure.LOCAL) {
                local.add(limit);
                telemetry.decided("limit:" + limit.name(), "counted_locally");
            } else {
                telemetry.decided("limit:" + limit.name(), "unknown_allowed");
            }
        }
        if (local.isEmpty()) {
            return Verdict.PASS;
        }
        LimitPlan localPlan = new LimitPlan(local);
        Meters meters = localPlan.meters(multiplier / Math.max(1, source.nodes().getAsInt()));
        return settle(call, localPlan, meters, source.local().takeNear(identifier, meters, 1));
    }
}
