package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Combination;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Condition;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.LimitKey;
import app.rcommerce.gateway.limit.LimitKey.Component;
import app.rcommerce.gateway.limit.LimitKey.Plain;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.PathPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a route that count a caller by the same components, so that one call to the store asks for all of them.
 * Which of them apply to a request, and whether they are enforced for its caller, is found for each request. Immutable
 * but for remembered plans; any thread.
 */
final class LimitGroup {

    /** The most plans that are remembered, since there may be many combinations of conditions and enforcement. */
    private static final int MOST_PLANS = 256;

    private final List<Component> components;
    private final List<Limit> limits;
    /** The plan of every request; null where the plan depends on the request. */
    private final @Nullable LimitPlan always;

    private final Map<List<LimitPlan.Member>, LimitPlan> plans = new ConcurrentHashMap<>();

    /**
     * Limits that are counted by these components.
     *
     * @param components the components, where {@link Plain#IDENTITY} has been replaced with the kind of identity that
     *     the caller has
     */
    LimitGroup(List<Component> components, List<Limit> limits) {
        this.components = List.copyOf(components);
        this.limits = List.copyOf(limits);
        boolean depends = limits.stream()
                .anyMatch(limit -> !limit.when().isAlways()
                        || (limit.isEnforced() && limit.enforcement().percent() < 100));
        this.always = depends
                ? null
                : new LimitPlan(limits.stream()
                        .map(limit -> new LimitPlan.Member(limit, limit.isEnforced()))
                        .toList());
    }

    List<Component> components() {
        return components;
    }

    List<Limit> limits() {
        return limits;
    }

    /** The identifier that is counted; null where the caller lacks a component. */
    @Nullable
    Identifier identifier(Call call) {
        if (components.size() == 1 && components.getFirst() instanceof Plain plain) {
            return plain(plain, call);
        }
        Combination combination = new Combination();
        for (Component component : components) {
            if (!add(component, call, combination)) {
                return null;
            }
        }
        return combination.identifier();
    }

    private static @Nullable Identifier plain(Plain plain, Call call) {
        return switch (plain) {
            case IP -> call.countedAddress();
            case API_KEY -> {
                Caller.ApiKeyCaller key = call.caller().apiKey();
                yield key == null ? null : key.identifier();
            }
            case SUBJECT -> {
                Caller.TokenCaller token = call.caller().token();
                yield token == null ? null : token.identifier();
            }
            case CERTIFICATE -> call.certificate();
            case IDENTITY -> throw new IllegalStateException("an identity is an address, a key or a subject");
        };
    }

    private static boolean add(Component component, Call call, Combination to) {
        switch (component) {
            case Plain plain -> {
                Identifier identifier = plain(plain, call);
                if (identifier == null) {
                    return false;
                }
                to.add(identifier);
            }
            case LimitKey.Header header -> {
                String value = call.request().headers().joined(header.name());
                to.addHeader(header.name(), value == null ? "" : value);
            }
            case LimitKey.PathParameter parameter -> {
                String path = call.request().target().matched();
                to.addPath(parameter.name(), call.foundRoute().path().parameter(parameter.name(), path));
            }
            case LimitKey.Claim claim -> {
                String value = claim(call, claim.name());
                if (value == null) {
                    return false;
                }
                to.addClaim(claim.name(), value);
            }
        }
        return true;
    }

    private static @Nullable String claim(Call call, String name) {
        Caller.TokenCaller token = call.caller().token();
        return token == null ? null : token.claims().get(name);
    }

    /** The factor of the quotas: where callers are counted by API key, the key's own; else 1. */
    double multiplier(Call call) {
        Caller.ApiKeyCaller key =
                components.contains(Plain.API_KEY) ? call.caller().apiKey() : null;
        return key == null ? 1.0 : key.limitMultiplier();
    }

    /** The plan of the limits that apply to this request, as they are enforced for this identifier. */
    LimitPlan plan(Call call, Identifier identifier) {
        if (always != null) {
            return always;
        }
        List<LimitPlan.Member> members = new ArrayList<>(limits.size());
        for (Limit limit : limits) {
            if (matches(limit.when(), call)) {
                members.add(new LimitPlan.Member(limit, limit.isEnforcedFor(identifier)));
            }
        }
        LimitPlan known = plans.get(members);
        if (known != null) {
            return known;
        }
        LimitPlan plan = new LimitPlan(members);
        if (plans.size() < MOST_PLANS) {
            plans.put(members, plan);
        }
        return plan;
    }

    /**
     * Whether the pattern matches the target. A path that servers can read in several ways matches where one of them
     * does.
     */
    private static boolean matches(PathPattern pattern, Target target) {
        return pattern.matches(target.matched())
                || target.otherReadings().stream().anyMatch(other -> !other.isEmpty() && pattern.matches(other));
    }

    private static boolean matches(Condition when, Call call) {
        Request request = call.request();
        Condition.ClaimIs claim = when.claim();
        return (when.methods().isEmpty() || when.methods().contains(request.method()))
                && (when.path() == null || matches(when.path(), request.target()))
                && (claim == null || claim.value().equals(claim(call, claim.name())));
    }
}
