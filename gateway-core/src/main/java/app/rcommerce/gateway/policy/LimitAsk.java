package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.Taken;
import app.rcommerce.gateway.store.LimitStore;
import org.jspecify.annotations.Nullable;

/**
 * One identifier of one call that the limits are asked about, and what came of it. Confined to the call's event loop, but
 * for {@link #answered}, which is over before anybody there looks.
 */
final class LimitAsk {

    private final Identifier identifier;
    private final LimitPlan plan;
    private final double multiplier;
    private final int permits;
    private @Nullable Taken taken;
    private @Nullable Throwable failure;

    LimitAsk(Identifier identifier, LimitPlan plan, double multiplier, int permits) {
        this.identifier = identifier;
        this.plan = plan;
        this.multiplier = multiplier;
        this.permits = permits;
    }

    Identifier identifier() {
        return identifier;
    }

    LimitPlan plan() {
        return plan;
    }

    double multiplier() {
        return multiplier;
    }

    int permits() {
        return permits;
    }

    Meters meters() {
        return plan.meters(multiplier);
    }

    /** What the store has answered, or why it has not. */
    void answered(@Nullable Taken answer, @Nullable Throwable why) {
        if (answer != null && answer.states().size() != meters().size()) {
            failure = new IllegalStateException(
                    "the store answered for " + answer.states().size() + " meters of " + meters().size());
            return;
        }
        taken = answer;
        failure = why;
    }

    /** The answer, or null while there is none. */
    @Nullable Taken taken() {
        return taken;
    }

    @Nullable Throwable failure() {
        return failure;
    }

    boolean isRefused() {
        return taken != null && !taken.granted();
    }

    /** Tells metrics and the answer's fields what was found: a limit that is over in several windows is over once. */
    void report(Call call, Telemetry telemetry) {
        Taken answer = taken;
        if (answer == null) {
            return;
        }
        Limit told = null;
        Meters meters = meters();
        for (int i = 0; i < meters.size(); i++) {
            Meter meter = meters.get(i);
            Taken.State state = answer.states().get(i);
            call.metered(meter, state);
            Limit owner = plan.owner(i);
            if (state.over() && meter.enforced()) {
                call.refusedBy(owner.name());
            }
            if (state.over() && !owner.equals(told)) {
                told = owner;
                telemetry.decided("limit:" + owner.name(), meter.enforced() ? "refused" : "shadow_refused");
            }
        }
    }

    /** Gives back what was granted. */
    void giveBack(LimitStore store) {
        Taken answer = taken;
        if (answer != null && answer.granted()) {
            // Whether it arrives is no concern of this request: it errs to the strict side.
            var ignored = store.giveBack(identifier, meters(), permits, answer);
        }
    }
}
