package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.ErrorBody;
import app.rcommerce.gateway.policy.RateLimitFields;
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
 * The limits as the policies ask them: one call to the store for each identifier, all of them in one turn of the event
 * loop, and the refusal. Where one identifier is refused, what the others were granted is given back.
 */
public final class LimitGate {

    /** Where permits and places come from while the store answers. */
    public record Source(LimitStore limits, ConcurrencyStore slots) {}

    private final Source source;
    private final LocalLimits local;
    private final Telemetry telemetry;

    /** Takes from the source, or locally where it does not answer. */
    public LimitGate(Source source, LocalLimits local, Telemetry telemetry) {
        this.source = source;
        this.local = local;
        this.telemetry = telemetry;
    }

    /** Takes what the request costs of every limit that is counted at this point. */
    Verdict take(Call call, LimitStage stage) {
        List<LimitAsk> asks = asks(call, stage);
        for (LimitAsk ask : asks) {
            if (!ask.meters().isEmpty()) {
                ask.answered(source.limits().takeNear(ask.identifier(), ask.meters(), ask.permits()), null);
            }
            if (ask.isRefused()) {
                return settle(call, asks);
            }
        }
        List<CompletableFuture<?>> open = new ArrayList<>(asks.size());
        boolean full = false;
        for (LimitAsk ask : asks) {
            for (int i = 0; i < ask.plan().caps().size(); i++) {
                open.add(askPlace(call, ask, i));
            }
            full |= !ask.full().isEmpty();
        }
        // Where this node knows that there is no place, no permit is taken from others for nothing.
        for (LimitAsk ask : asks) {
            if (!full && !ask.meters().isEmpty() && ask.decision() == null && !ask.areRatesUnknown()) {
                if (local.holds(ask.identifier())) {
                    ask.held();
                } else {
                    open.add(askRates(ask));
                }
            }
        }
        return switch (open.size()) {
            case 0 -> settle(call, asks);
            case 1 -> later(call, asks, open.getFirst());
            default -> later(call, asks, CompletableFuture.allOf(open.toArray(CompletableFuture<?>[]::new)));
        };
    }

    private Verdict later(Call call, List<LimitAsk> asks, CompletableFuture<?> all) {
        return new Verdict.Later<>(
                all,
                done -> settle(call, asks),
                failure -> {
                    throw new IllegalStateException("an answer could not be taken down", failure);
                },
                () -> all.thenRun(() -> withdraw(asks)));
    }

    /** What an address has taken stays counted against it; an identity may be somebody else's. */
    private void withdraw(List<LimitAsk> asks) {
        asks.stream()
                .filter(ask -> ask.identifier().kind() != Identifier.Kind.IP)
                .forEach(ask -> ask.giveBack(source.limits()));
    }

    private CompletableFuture<?> askRates(LimitAsk ask) {
        return source.limits()
                .take(ask.identifier(), ask.meters(), ask.permits())
                .handle((decision, failure) -> {
                    ask.answered(decision, failure);
                    return ask;
                })
                .toCompletableFuture();
    }

    private CompletableFuture<?> askPlace(Call call, LimitAsk ask, int index) {
        Cap cap = ask.plan().caps().get(index);
        return source.slots()
                .enter(ask.identifier(), cap.bucket(), cap.most(ask.multiplier()))
                .handle((slot, failure) -> {
                    if (slot != null) {
                        // Whatever becomes of this call, its end frees the place.
                        call.hold(slot);
                    }
                    ask.entered(index, slot != null, failure);
                    return ask;
                })
                .toCompletableFuture();
    }

    private static List<LimitAsk> asks(Call call, LimitStage stage) {
        List<LimitGroup> groups = stage.groups();
        List<LimitAsk> asks = new ArrayList<>(groups.size());
        int permits = call.foundRoute().cost().permits();
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
        List<LocalLimits.Own> own = new ArrayList<>(0);
        boolean denied = false;
        for (LimitAsk ask : asks) {
            List<Throwable> failures = ask.failures();
            if (!failures.isEmpty()) {
                failures.forEach(StoreFailures::rethrowUnlessExpected);
                LocalLimits.Own counted = local.take(call, ask);
                denied |= counted == null;
                if (counted != null) {
                    own.add(counted);
                }
            }
        }
        List<LimitAsk> all = own.isEmpty() ? asks : new ArrayList<>(asks);
        if (!own.isEmpty()) {
            own.forEach(counted -> all.add(counted.ask()));
        }
        boolean over = false;
        boolean full = false;
        for (LimitAsk ask : all) {
            ask.report(call, telemetry);
            over |= ask.isRefused();
            full |= !ask.full().isEmpty();
        }
        if (!over && !full && !denied) {
            if (call.foundRoute().cost().responseField() != null) {
                asks.forEach(ask -> call.paid(used -> ask.cost(source.limits(), used)));
                own.forEach(counted -> call.paid(used -> local.cost(counted, used)));
            }
            if (!own.isEmpty()) {
                asks.stream().filter(LimitAsk::isLate).forEach(ask -> tell(call, ask.identifier()));
            }
            return Verdict.PASS;
        }
        asks.forEach(ask -> ask.giveBack(source.limits()));
        own.forEach(local::giveBack);
        return new Verdict.Answer(over ? refusal(call, all) : full ? tooMany(call, all) : StoreFailures.denial(call));
    }

    /** Tells the store of what was admitted without its answer: what the upstream says of it, where it does. */
    private void tell(Call call, Identifier identifier) {
        if (call.foundRoute().cost().responseField() == null) {
            local.tell(identifier);
        } else {
            call.hold(() -> local.tell(identifier));
        }
    }

    private static Reply refusal(Call call, List<LimitAsk> asks) {
        long retryAfterMillis = 0;
        List<String> violated = new ArrayList<>(2);
        for (LimitAsk ask : asks) {
            Decision decision = ask.decision();
            if (decision != null && !decision.granted()) {
                retryAfterMillis = Math.max(retryAfterMillis, decision.retryAfterMillis());
                violated.addAll(ask.violated());
            }
        }
        long seconds = Math.max(1, RateLimitFields.secondsUp(retryAfterMillis));
        String text = "Rate limit exceeded. Please retry after " + seconds + (seconds == 1 ? " second." : " seconds.");
        return Denial.QUOTA_EXCEEDED.reply(
                call, text, new ErrorBody.Extras(seconds, violated), new Field("retry-after", Long.toString(seconds)));
    }

    /** When a place will be free nobody knows; a second is the least that can be said. */
    private static Reply tooMany(Call call, List<LimitAsk> asks) {
        List<String> violated = new ArrayList<>(1);
        asks.forEach(ask -> violated.addAll(ask.full()));
        return Denial.TOO_MANY_AT_ONCE.reply(
                call,
                Denial.TOO_MANY_AT_ONCE.message(),
                new ErrorBody.Extras(1, violated),
                new Field("retry-after", "1"));
    }
}
