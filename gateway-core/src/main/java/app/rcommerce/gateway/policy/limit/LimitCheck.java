package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.local.LocalRequest;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.limit.LimitPlan.Cap;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The check of one call against the limits that are counted for one identifier, and its result. Confined to the call's
 * event loop, except for {@link #answered} and {@link #entered}, which have returned before the result is read there.
 */
final class LimitCheck {

    /** The state of a slot among the requests in flight. */
    private enum SlotState {
        /** The store has not answered yet. */
        OPEN,
        TAKEN,
        NONE_LEFT,
        /** The store has failed. */
        UNKNOWN
    }

    private static final SlotState[] NO_SLOTS = {};
    private static final @Nullable Throwable[] NO_FAILURES = {};

    private final Identifier identifier;
    private final LimitPlan plan;
    private final double multiplier;
    private final int permits;
    private final LimitPlan.Counted counts;
    private final SlotState[] slots;
    private @Nullable Decision decision;
    private @Nullable Throwable ratesFailure;
    private Reason.Counted counted = Reason.Counted.SHARED;
    private boolean held;
    private final @Nullable Throwable[] slotFailures;

    LimitCheck(Identifier identifier, LimitPlan plan, double multiplier, int permits) {
        this.identifier = identifier;
        this.plan = plan;
        this.multiplier = multiplier;
        this.permits = permits;
        this.counts = plan.counted(multiplier);
        int caps = plan.caps().size();
        this.slots = caps == 0 ? NO_SLOTS : new SlotState[caps];
        this.slotFailures = caps == 0 ? NO_FAILURES : new Throwable[caps];
        Arrays.fill(slots, SlotState.OPEN);
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
        return counts.meters();
    }

    /** Records the store's decision about rates, or its failure. */
    void answered(@Nullable Decision answer, @Nullable Throwable why) {
        if (answer != null && answer.states().size() != meters().size()) {
            ratesFailure = new IllegalStateException(
                    "the store answered for " + answer.states().size() + " meters of " + meters().size());
            return;
        }
        decision = answer;
        ratesFailure = why;
    }

    /** Records whose count decides; that of the shared store unless said. */
    void countedBy(Reason.Counted by) {
        counted = by;
    }

    /** The reason for which a rate refuses, the one that does so longest; null where none refuses. */
    Reason.@Nullable OverLimit overLimit() {
        Decision answer = decision;
        if (answer == null || answer.granted()) {
            return null;
        }
        List<Meter> meters = meters();
        int longest = -1;
        for (int i = 0; i < meters.size(); i++) {
            Decision.State state = answer.states().get(i);
            if (meters.get(i).enforced()
                    && state.over()
                    && (longest < 0
                            || state.resetMillis()
                                    > answer.states().get(longest).resetMillis())) {
                longest = i;
            }
        }
        if (longest < 0) {
            return null;
        }
        Meter meter = meters.get(longest);
        return new Reason.OverLimit(
                plan.owner(longest).name(),
                plan.window(longest),
                identifier,
                counted,
                meter.burst(),
                answer.states().get(longest).remaining(),
                answer.retryAfterMillis());
    }

    /** The reason for which a bound of requests in flight refuses; null where none does. */
    Reason.@Nullable OverLimit overConcurrency() {
        for (int i = 0; i < slots.length; i++) {
            Cap cap = plan.caps().get(i);
            if (slots[i] == SlotState.NONE_LEFT && cap.member().enforced()) {
                return new Reason.OverLimit(
                        cap.member().limit().name(),
                        "concurrency",
                        identifier,
                        counted,
                        cap.most(multiplier),
                        0,
                        1_000);
            }
        }
        return null;
    }

    /** Records whether there was a slot under the bound, or the store's failure. */
    void entered(int cap, boolean in, @Nullable Throwable why) {
        slots[cap] = why != null ? SlotState.UNKNOWN : in ? SlotState.TAKEN : SlotState.NONE_LEFT;
        slotFailures[cap] = why;
    }

    /** The store's decision about rates, or null while there is none. */
    @Nullable
    Decision decision() {
        return decision;
    }

    /** The failures of the stores; empty where they have answered, or have not been asked. */
    List<Throwable> failures() {
        if (ratesFailure == null && slots.length == 0) {
            return List.of();
        }
        List<Throwable> failures = new ArrayList<>(0);
        if (ratesFailure != null) {
            failures.add(ratesFailure);
        }
        for (Throwable failure : slotFailures) {
            if (failure != null) {
                failures.add(failure);
            }
        }
        return failures;
    }

    /** Whether the store has failed to answer about rates. */
    boolean areRatesUnknown() {
        return ratesFailure != null;
    }

    /** Records that the store is not asked about rates, since it is being told what was admitted without it. */
    void held() {
        held = true;
        ratesFailure = new StoreUnavailable("the store is being told of what was admitted without it");
    }

    /** The reason why this node is to count in place of the store. */
    LocalRequest.Why why() {
        return held ? LocalRequest.Why.TOLD : isLate() ? LocalRequest.Why.LATE : LocalRequest.Why.AWAY;
    }

    /** Whether the store was asked about rates, is late, and may answer yet. */
    boolean isLate() {
        Throwable cause = ratesFailure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : ratesFailure;
        return cause instanceof StoreUnavailable unavailable && unavailable.isLate();
    }

    /** Whether the store has failed to answer about a slot in the bucket. */
    boolean isSlotUnknown(String bucket) {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] == SlotState.UNKNOWN && plan.caps().get(i).bucket().equals(bucket)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a rate refuses. */
    boolean isRefused() {
        return decision != null && !decision.granted();
    }

    /** The names of the bounds of requests in flight that refuse. */
    List<String> full() {
        if (slots.length == 0) {
            return List.of();
        }
        List<String> full = new ArrayList<>(0);
        for (int i = 0; i < slots.length; i++) {
            Cap cap = plan.caps().get(i);
            if (slots[i] == SlotState.NONE_LEFT && cap.member().enforced()) {
                full.add(cap.member().limit().name() + "-concurrency");
            }
        }
        return full;
    }

    /**
     * Reports the result to metrics and for the response's fields. A limit that is exceeded in several windows is
     * counted once.
     */
    void report(Call call, Telemetry telemetry) {
        List<Limit> told = new ArrayList<>(0);
        Decision answer = decision;
        Meters meters = meters();
        for (int i = 0; answer != null && i < meters.size(); i++) {
            Decision.State state = answer.states().get(i);
            call.metered(meters.get(i), counts.words().get(i), state);
            if (state.over()) {
                report(plan.owner(i), meters.get(i).enforced(), told, call, telemetry);
            }
        }
        for (int i = 0; i < slots.length; i++) {
            LimitPlan.Member member = plan.caps().get(i).member();
            if (slots[i] == SlotState.NONE_LEFT) {
                report(member.limit(), member.enforced(), told, call, telemetry);
            }
        }
    }

    private static void report(Limit limit, boolean enforced, List<Limit> told, Call call, Telemetry telemetry) {
        if (enforced) {
            call.refusedBy(limit.name());
        }
        if (!told.contains(limit)) {
            told.add(limit);
            telemetry.decided("limit:" + limit.name(), enforced ? "refused" : "shadow_refused");
        }
    }

    /** Tells of each limit that has had room for the call, which is not refused. */
    void admitted(Telemetry telemetry) {
        List<LimitPlan.Part> parts = plan.parts();
        for (int i = 0; i < parts.size(); i++) {
            LimitPlan.Part part = parts.get(i);
            if (hasAdmitted(part)) {
                telemetry.admitted(part.limit.name(), isNearQuota(part));
            }
        }
    }

    private boolean hasAdmitted(LimitPlan.Part part) {
        Decision answer = decision;
        boolean decided = answer != null && part.meters.length > 0;
        for (int meter : part.meters) {
            if (answer == null || answer.states().get(meter).over()) {
                return false;
            }
        }
        for (int cap : part.caps) {
            if (slots[cap] == SlotState.NONE_LEFT) {
                return false;
            }
            decided |= slots[cap] == SlotState.TAKEN;
        }
        return decided;
    }

    private boolean isNearQuota(LimitPlan.Part part) {
        Decision answer = decision;
        for (int meter : part.meters) {
            if (answer != null
                    && answer.states().get(meter).remaining() * 5
                            < meters().get(meter).burst()) {
                return true;
            }
        }
        return false;
    }

    /** The policy names of the meters that refuse. */
    List<String> violated() {
        List<String> violated = new ArrayList<>(2);
        Decision answer = decision;
        List<Meter> meters = meters();
        for (int i = 0; answer != null && !answer.granted() && i < meters.size(); i++) {
            if (meters.get(i).enforced() && answer.states().get(i).over()) {
                violated.add(meters.get(i).policy());
            }
        }
        return violated;
    }

    /**
     * Charges permits that the request has cost beyond those that were taken, or gives back those that it has not cost.
     * Nobody waits for the answer.
     */
    void cost(LimitStore store, long permitsUsed) {
        Decision answer = decision;
        if (answer == null || !answer.granted() || meters().isEmpty() || permitsUsed == permits) {
            return;
        }
        var ignored = permitsUsed > permits
                ? store.charge(identifier, meters(), (int) (permitsUsed - permits))
                : store.giveBack(identifier, meters(), (int) (permits - permitsUsed), answer);
    }

    /** Gives back the permits that rates have granted. Slots are given up when the call ends. */
    void giveBack(LimitStore store) {
        Decision answer = decision;
        if (answer != null && answer.granted() && !meters().isEmpty()) {
            // Whether it arrives is no concern of this request: it errs to the strict side.
            var ignored = store.giveBack(identifier, meters(), permits, answer);
        }
    }
}
