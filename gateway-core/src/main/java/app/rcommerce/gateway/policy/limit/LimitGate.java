package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.ErrorBody;
import app.rcommerce.gateway.policy.RateLimitFields;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.policy.limit.LimitPlan.Cap;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.LimitStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The application of a stage of limits to a call, which the limit policies share: it asks the store once for each
 * identifier, all in one turn of the event loop, and makes the refusal. Where one identifier is refused, the permits of
 * the others are given back.
 */
public final class LimitGate {

    /** The stores of permits and slots that are asked first. */
    public record Source(LimitStore limits, ConcurrencyStore slots) {}

    private final Source source;
    private final LocalLimits local;
    private final Telemetry telemetry;

    /** A gate that asks the source, and the local limits where the source does not answer. */
    public LimitGate(Source source, LocalLimits local, Telemetry telemetry) {
        this.source = source;
        this.local = local;
        this.telemetry = telemetry;
    }

    /** Takes the request's cost from every limit of this stage. */
    Verdict take(Call call, LimitStage stage) {
        return take(call, checks(call, stage));
    }

    /**
     * The same ahead of the turn: also what this node has granted by itself goes back where another policy ends the
     * call.
     */
    Verdict takeAhead(Call call, LimitStage stage) {
        List<LimitCheck> checks = checks(call, stage);
        Verdict verdict = take(call, checks);
        return verdict instanceof Verdict.Pass && !checks.isEmpty()
                ? Verdict.Later.passing(() -> withdraw(checks))
                : verdict;
    }

    private Verdict take(Call call, List<LimitCheck> checks) {
        boolean shared = source.limits().isShared();
        Reason.Counted near = shared ? Reason.Counted.LEASED : Reason.Counted.LOCAL;
        for (LimitCheck check : checks) {
            if (!shared) {
                check.countedBy(near);
            }
            if (!check.meters().isEmpty()) {
                check.answered(source.limits().takeNear(check.identifier(), check.meters(), check.permits()), null);
            }
            if (check.isRefused()) {
                check.countedBy(near);
                return settle(call, checks);
            }
        }
        List<CompletableFuture<?>> open = new ArrayList<>(checks.size());
        boolean full = false;
        for (LimitCheck check : checks) {
            for (int i = 0; i < check.plan().caps().size(); i++) {
                open.add(askSlot(call, check, i));
            }
            full |= !check.full().isEmpty();
        }
        // Where this node knows that no slot is free, it takes no permits.
        for (LimitCheck check : checks) {
            if (!full && !check.meters().isEmpty() && check.decision() == null && !check.areRatesUnknown()) {
                if (local.holds(check.identifier())) {
                    check.held();
                } else {
                    open.add(askRates(check));
                }
            }
        }
        return switch (open.size()) {
            case 0 -> settle(call, checks);
            case 1 -> later(call, checks, open.getFirst());
            default -> later(call, checks, CompletableFuture.allOf(open.toArray(CompletableFuture<?>[]::new)));
        };
    }

    private Verdict later(Call call, List<LimitCheck> checks, CompletableFuture<?> all) {
        return new Verdict.Later<>(
                all,
                done -> settle(call, checks),
                failure -> {
                    throw new IllegalStateException("an answer could not be taken down", failure);
                },
                () -> all.thenRun(() -> withdraw(checks)));
    }

    /**
     * Gives back the permits of a call that another policy has ended. Those of an address stay counted against it;
     * those of an identity go back, since the caller may not be its owner.
     */
    private void withdraw(List<LimitCheck> checks) {
        checks.stream()
                .filter(check -> check.identifier().kind() != Identifier.Kind.IP)
                .forEach(check -> check.giveBack(source.limits()));
    }

    private CompletableFuture<?> askRates(LimitCheck check) {
        return source.limits()
                .take(check.identifier(), check.meters(), check.permits())
                .handle((decision, failure) -> {
                    check.answered(decision, failure);
                    return check;
                })
                .toCompletableFuture();
    }

    private CompletableFuture<?> askSlot(Call call, LimitCheck check, int index) {
        Cap cap = check.plan().caps().get(index);
        return source.slots()
                .enter(check.identifier(), cap.bucket(), cap.most(check.multiplier()))
                .handle((slot, failure) -> {
                    if (slot != null) {
                        // The slot is given up at the end of the call, whatever its result.
                        call.hold(slot);
                    }
                    check.entered(index, slot != null, failure);
                    return check;
                })
                .toCompletableFuture();
    }

    private static List<LimitCheck> checks(Call call, LimitStage stage) {
        List<LimitGroup> groups = stage.groups();
        List<LimitCheck> checks = new ArrayList<>(groups.size());
        int permits = call.foundRoute().cost().permits();
        for (int i = 0; i < groups.size(); i++) {
            LimitGroup group = groups.get(i);
            Identifier identifier = group.identifier(call);
            LimitPlan plan = identifier == null ? null : group.plan(call, identifier);
            if (identifier != null && plan != null && !plan.isEmpty()) {
                checks.add(new LimitCheck(identifier, plan, group.multiplier(call), permits));
            }
        }
        return checks;
    }

    private Verdict settle(Call call, List<LimitCheck> checks) {
        List<LocalLimits.Own> own = new ArrayList<>(0);
        boolean denied = false;
        for (LimitCheck check : checks) {
            List<Throwable> failures = check.failures();
            if (!failures.isEmpty()) {
                failures.forEach(StoreFailures::rethrowUnlessExpected);
                LocalLimits.Own counted = local.take(call, check);
                denied |= counted == null;
                if (counted != null) {
                    own.add(counted);
                }
            }
        }
        List<LimitCheck> all = own.isEmpty() ? checks : new ArrayList<>(checks);
        if (!own.isEmpty()) {
            own.forEach(counted -> all.add(counted.check()));
        }
        boolean over = false;
        boolean full = false;
        for (LimitCheck check : all) {
            check.report(call, telemetry);
            over |= check.isRefused();
            full |= !check.full().isEmpty();
        }
        if (!over && !full && !denied) {
            for (int i = 0; i < all.size(); i++) {
                all.get(i).admitted(telemetry);
            }
            if (call.foundRoute().cost().responseField() != null) {
                checks.forEach(check -> call.paid(used -> check.cost(source.limits(), used)));
                own.forEach(counted -> call.paid(used -> local.cost(counted, used)));
            }
            if (!own.isEmpty()) {
                checks.stream().filter(LimitCheck::isLate).forEach(check -> tell(call, check.identifier()));
            }
            return Verdict.PASS;
        }
        checks.forEach(check -> check.giveBack(source.limits()));
        own.forEach(local::giveBack);
        return new Verdict.LocalReply(
                over ? refusal(call, all) : full ? tooMany(call, all) : StoreFailures.denial(call));
    }

    /**
     * Tells the store what was admitted without its answer, once the upstream has said what it cost where the route
     * lets it.
     */
    private void tell(Call call, Identifier identifier) {
        if (call.foundRoute().cost().responseField() == null) {
            local.tell(identifier);
        } else {
            call.hold(() -> local.tell(identifier));
        }
    }

    private static Reply refusal(Call call, List<LimitCheck> checks) {
        long retryAfterMillis = 0;
        Reason.OverLimit reason = null;
        List<String> violated = new ArrayList<>(2);
        for (LimitCheck check : checks) {
            Decision decision = check.decision();
            if (decision != null && !decision.granted()) {
                if (reason == null || decision.retryAfterMillis() > retryAfterMillis) {
                    reason = check.overLimit();
                }
                retryAfterMillis = Math.max(retryAfterMillis, decision.retryAfterMillis());
                violated.addAll(check.violated());
            }
        }
        long seconds = Math.max(1, RateLimitFields.secondsUp(retryAfterMillis));
        String text = "Rate limit exceeded. Please retry after " + seconds + (seconds == 1 ? " second." : " seconds.");
        return Denial.QUOTA_EXCEEDED.reply(
                call,
                reason,
                text,
                new ErrorBody.Extras(seconds, violated),
                new Field("retry-after", Long.toString(seconds)));
    }

    /**
     * The refusal where no slot is free. It is unknown when one will be, so the client is told the shortest time, a
     * second.
     */
    private static Reply tooMany(Call call, List<LimitCheck> checks) {
        List<String> violated = new ArrayList<>(1);
        Reason.OverLimit reason = null;
        for (LimitCheck check : checks) {
            violated.addAll(check.full());
            reason = reason == null ? check.overConcurrency() : reason;
        }
        return Denial.TOO_MANY_AT_ONCE.reply(
                call,
                reason,
                Denial.TOO_MANY_AT_ONCE.message(),
                new ErrorBody.Extras(1, violated),
                new Field("retry-after", "1"));
    }
}
