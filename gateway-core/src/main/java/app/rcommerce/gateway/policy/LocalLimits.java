package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Limit.OnStoreFailure;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.policy.LimitPlan.Cap;
import app.rcommerce.gateway.policy.LimitPlan.Member;
import app.rcommerce.gateway.store.MemoryConcurrencyStore;
import app.rcommerce.gateway.store.MemoryLimitStore;
import app.rcommerce.gateway.store.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What holds of the limits while the shared store is away: each limit says so for itself. Any thread. */
final class LocalLimits {

    /** Counts of this node alone, and how many nodes share the quotas. */
    record Source(MemoryLimitStore limits, MemoryConcurrencyStore slots, IntSupplier nodes) {}

    private final Source source;
    private final Telemetry telemetry;

    LocalLimits(Source source, Telemetry telemetry) {
        this.source = source;
        this.telemetry = telemetry;
    }

    /**
     * Asks this node about everything that the store has not answered.
     *
     * @return the question to this node with its answer; null where the configuration says to refuse
     */
    @Nullable LimitAsk take(Call call, LimitAsk away) {
        List<Member> members = new ArrayList<>();
        for (Member member : away.plan().members()) {
            Limit limit = member.limit();
            boolean unknown = (away.areRatesUnknown() && !limit.rates().isEmpty())
                    || (limit.quota().concurrency() > 0 && away.isPlaceUnknown(limit.bucket()));
            if (!unknown) {
                continue;
            }
            if (limit.onStoreFailure() == OnStoreFailure.DENY && member.enforced()) {
                telemetry.decided("limit:" + limit.name(), "unknown_denied");
                return null;
            }
            if (limit.onStoreFailure() == OnStoreFailure.LOCAL) {
                members.add(member);
                telemetry.decided("limit:" + limit.name(), "counted_locally");
            } else {
                telemetry.decided("limit:" + limit.name(), "unknown_allowed");
            }
        }
        LimitPlan plan = new LimitPlan(members);
        double share = away.multiplier() / Math.max(1, source.nodes().getAsInt());
        LimitAsk own = new LimitAsk(away.identifier(), plan, share, payable(plan.meters(share), away.permits()));
        if (away.areRatesUnknown() && !own.meters().isEmpty()) {
            own.answered(source.limits().takeNear(own.identifier(), own.meters(), own.permits()), null);
        }
        for (int i = 0; i < plan.caps().size(); i++) {
            Cap cap = plan.caps().get(i);
            if (away.isPlaceUnknown(cap.bucket())) {
                Slot slot = source.slots().enterNow(own.identifier(), cap.bucket(), cap.most(share));
                if (slot != null) {
                    call.hold(slot);
                }
                own.entered(i, slot != null, null);
            }
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

    MemoryLimitStore limits() {
        return source.limits();
    }

    void giveBack(LimitAsk own) {
        own.giveBack(source.limits());
    }
}
