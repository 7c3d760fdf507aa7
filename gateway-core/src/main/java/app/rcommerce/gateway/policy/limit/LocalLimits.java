package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Limit.OnStoreFailure;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.limit.local.LocalRequest;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.limit.LimitPlan.Cap;
import app.rcommerce.gateway.policy.limit.LimitPlan.Member;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.Slot;
import app.rcommerce.gateway.store.memory.MemoryConcurrencyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The limits while the shared store does not answer. Each limit is then counted by this node alone, passed over or
 * refused, as it is configured. Any thread.
 */
public final class LocalLimits {

    /** The counts of this node alone, the store that is told of them, and the number of nodes that share the quotas. */
    public record Source(LocalQuotas counts, MemoryConcurrencyStore slots, LimitStore store, IntSupplier nodes) {}

    /** A check by this node in place of the store, and the request as it was counted. */
    record Own(LimitCheck check, LocalRequest counted) {}

    private final Source source;
    private final Telemetry telemetry;

    /** Limits that are counted by the source, and tell the telemetry where they are. */
    public LocalLimits(Source source, Telemetry telemetry) {
        this.source = source;
        this.telemetry = telemetry;
    }

    /**
     * Decides by this node alone about everything that the store has not answered.
     *
     * @return the check with its result; null where the configuration says to refuse
     */
    @Nullable
    Own take(Call call, LimitCheck away) {
        List<Member> members = new ArrayList<>();
        for (Member member : away.plan().members()) {
            Limit limit = member.limit();
            boolean unknown = (away.areRatesUnknown() && !limit.rates().isEmpty())
                    || (limit.quota().concurrency() > 0 && away.isSlotUnknown(limit.bucket()));
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
        LimitPlan plan = away.plan().only(members);
        int nodes = Math.max(1, source.nodes().getAsInt());
        double share = away.multiplier() / nodes;
        LimitCheck own = new LimitCheck(away.identifier(), plan, share, payable(plan.meters(share), away.permits()));
        own.countedBy(Reason.Counted.LOCAL);
        LocalRequest counted = new LocalRequest(
                plan.meters(away.multiplier()), own.meters(), known(away, plan), own.permits(), nodes, away.why());
        if (away.areRatesUnknown() && !own.meters().isEmpty()) {
            own.answered(source.counts().take(own.identifier(), counted), null);
        }
        for (int i = 0; i < plan.caps().size(); i++) {
            Cap cap = plan.caps().get(i);
            if (away.isSlotUnknown(cap.bucket())) {
                Slot slot = source.slots().enterNow(own.identifier(), cap.bucket(), cap.most(share));
                if (slot != null) {
                    call.hold(slot);
                }
                own.entered(i, slot != null, null);
            }
        }
        return new Own(own, counted);
    }

    /** The last answers of the store about the plan's meters. */
    private List<@Nullable Known> known(LimitCheck away, LimitPlan plan) {
        Meters asked = away.meters();
        List<@Nullable Known> known = source.store().known(away.identifier(), asked);
        if (plan == away.plan() || known.isEmpty()) {
            return known;
        }
        List<@Nullable Known> some =
                new ArrayList<>(plan.meters(away.multiplier()).size());
        for (Meter meter : plan.meters(away.multiplier())) {
            int at = 0;
            while (at < asked.size()
                    && !(asked.get(at).field().equals(meter.field())
                            && asked.get(at).quota() == meter.quota())) {
                at++;
            }
            some.add(at < asked.size() ? known.get(at) : null);
        }
        return some;
    }

    /**
     * The permits to take for a request, no more than the smallest quota or burst: a request that costs more than a
     * node's share would otherwise always be refused.
     */
    private static int payable(List<Meter> meters, int permits) {
        long most = permits;
        for (Meter meter : meters) {
            most = Math.min(most, meter.algorithm() == Meter.Algorithm.TOKEN_BUCKET ? meter.burst() : meter.quota());
        }
        return (int) most;
    }

    /**
     * Charges permits that the request has cost beyond those that were taken, or gives back those that it has not cost.
     */
    void cost(Own own, long permitsUsed) {
        Decision decision = own.check().decision();
        if (decision == null || !decision.granted() || own.counted().meters().isEmpty()) {
            return;
        }
        long beyond = permitsUsed - own.check().permits();
        if (beyond > 0) {
            source.counts().charge(own.check().identifier(), own.counted(), beyond);
        } else if (beyond < 0) {
            source.counts().giveBack(own.check().identifier(), own.counted(), -beyond, decision);
        }
    }

    void giveBack(Own own) {
        Decision decision = own.check().decision();
        if (decision != null && decision.granted() && !own.counted().meters().isEmpty()) {
            source.counts()
                    .giveBack(
                            own.check().identifier(), own.counted(), own.check().permits(), decision);
        }
    }

    /**
     * Whether the store is not to be asked about the identifier yet, since it is being told what was admitted without
     * it.
     */
    boolean holds(Identifier identifier) {
        return source.counts().holds(identifier, source.store());
    }

    /** Tells the store what was admitted while its answer was late. Nobody waits for the answer. */
    void tell(Identifier identifier) {
        source.counts().tell(identifier, source.store());
    }
}
