package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Limit.OnStoreFailure;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Taken;
import app.rcommerce.gateway.policy.LimitPlan.Member;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.MemoryLimitStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The limits as the policies ask them: one call to the store for each identifier, all of them in one turn of the event
 * loop; the refusal; and what holds while the store is away: each limit says so for itself. Where one identifier is
 * refused, what the others were granted is given back.
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

    /** Takes what the request costs of every limit that is counted at this point. */
    Verdict take(Call call, LimitStage stage) {
        List<LimitAsk> asks = asks(call, stage);
        List<LimitAsk> open = new ArrayList<>(asks.size());
        for (LimitAsk ask : asks) {
            ask.answered(source.shared().takeNear(ask.identifier(), ask.meters(), ask.permits()), null);
            if (ask.isRefused()) {
                return settle(call, asks);
            }
            if (ask.taken() == null && ask.failure() == null) {
                open.add(ask);
            }
        }
        if (open.isEmpty()) {
            return settle(call, asks);
        }
        CompletableFuture<?>[] stages = new CompletableFuture<?>[open.size()];
        for (int i = 0; i < stages.length; i++) {
            stages[i] = ask(open.get(i));
        }
        CompletableFuture<?> all = stages.length == 1 ? stages[0] : CompletableFuture.allOf(stages);
        return new Verdict.Later<>(all, done -> settle(call, asks), failure -> {
            throw new IllegalStateException("an answer could not be taken down", failure);
        });
    }

    private CompletableFuture<?> ask(LimitAsk ask) {
        return source.shared()
                .take(ask.identifier(), ask.meters(), ask.permits())
                .handle((taken, failure) -> {
                    ask.answered(taken, failure);
                    return ask;
                })
                .toCompletableFuture();
    }

    private static List<LimitAsk> asks(Call call, LimitStage stage) {
        List<LimitGroup> groups = stage.groups();
        List<LimitAsk> asks = new ArrayList<>(groups.size());
        int permits = call.plan().route().cost().permits();
        for (int i = 0; i < groups.size(); i++) {
            LimitGroup group = groups.get(i);
            Identifier identifier = group.identifier(call);
            LimitPlan plan = identifier == null ? null : group.plan(call, identifier);
            if (identifier != null && plan != null && !plan.isEmpty()) {
                asks.add(new LimitAsk(identifier, plan, group.multiplier(call), permits));
            }
        }
        return asks;
    }

    private Verdict settle(Call call, List<LimitAsk> asks) {
        List<LimitAsk> shared = new ArrayList<>(asks.size());
        List<LimitAsk> local = new ArrayList<>(0);
        boolean denied = false;
        for (LimitAsk ask : asks) {
            Throwable failure = ask.failure();
            if (failure == null) {
                shared.add(ask);
                continue;
            }
            StoreFailures.rethrowUnlessExpected(failure);
            LimitAsk own = locally(ask);
            denied |= own == null;
            if (own != null && own.taken() != null) {
                local.add(own);
            }
        }
        shared.forEach(ask -> ask.report(call, telemetry));
        local.forEach(ask -> ask.report(call, telemetry));
        boolean refused = shared.stream().anyMatch(LimitAsk::isRefused) || local.stream().anyMatch(LimitAsk::isRefused);
        if (!refused && !denied) {
            return Verdict.PASS;
        }
        shared.forEach(ask -> ask.giveBack(source.shared()));
        local.forEach(ask -> ask.giveBack(source.local()));
        shared.addAll(local);
        return new Verdict.Answer(refused ? refusal(call, shared) : StoreFailures.denial(call));
    }

    private static Reply refusal(Call call, List<LimitAsk> asks) {
        long retryAfterMillis = 0;
        List<String> violated = new ArrayList<>(2);
        for (LimitAsk ask : asks) {
            Taken taken = ask.taken();
            if (taken == null || taken.granted()) {
                continue;
            }
            retryAfterMillis = Math.max(retryAfterMillis, taken.retryAfterMillis());
            List<Meter> meters = ask.meters();
            for (int i = 0; i < meters.size(); i++) {
                if (meters.get(i).enforced() && taken.states().get(i).over()) {
                    violated.add(meters.get(i).policy());
                }
            }
        }
        long seconds = Math.max(1, RateLimitFields.secondsUp(retryAfterMillis));
        String text = "Rate limit exceeded. Please retry after " + seconds + (seconds == 1 ? " second." : " seconds.");
        return Denial.QUOTA_EXCEEDED.reply(
                call,
                text,
                new ErrorBody.Extras(seconds, violated),
                new Field("retry-after", Long.toString(seconds)));
    }

    /** What holds for an identifier that the store cannot be asked about: a count of this node's own; null to refuse. */
    private @Nullable LimitAsk locally(LimitAsk away) {
        List<Member> local = new ArrayList<>();
        for (Member member : away.plan().members()) {
            Limit limit = member.limit();
            if (limit.onStoreFailure() == OnStoreFailure.DENY && member.enforced()) {
                telemetry.decided("limit:" + limit.name(), "unknown_denied");
                return null;
            }
            if (limit.onStoreFailure() == OnStoreFailure.LOCAL) {
                local.add(member);
                telemetry.decided("limit:" + limit.name(), "counted_locally");
            } else {
                telemetry.decided("limit:" + limit.name(), "unknown_allowed");
            }
        }
        LimitPlan plan = new LimitPlan(local);
        double share = away.multiplier() / Math.max(1, source.nodes().getAsInt());
        LimitAsk own = new LimitAsk(away.identifier(), plan, share, payable(plan.meters(share), away.permits()));
        if (!plan.isEmpty()) {
            own.answered(source.local().takeNear(own.identifier(), own.meters(), own.permits()), null);
        }
        return own;
    }

    /** A share may be smaller than what a request costs: it must not be refused for ever. */
    private static int payable(List<Meter> meters, int permits) {
        long most = permits;
        for (Meter meter : meters) {
            most = Math.min(most, meter.algorithm() == Meter.Algorithm.TOKEN_BUCKET ? meter.burst() : meter.quota());
        }
        return (int) most;
    }
}
