package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.identity.Combination;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Limit.AppliesTo;
import app.rcommerce.gateway.limit.LimitKey;
import app.rcommerce.gateway.limit.LimitKey.Plain;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.server.admin.operations.Operations.Usage;
import app.rcommerce.gateway.server.admin.operations.Operations.Window;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.LimitStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The usage report of one identifier: what each configured limit that can count it has counted. Stateless. */
final class LimitUsage {

    private record Counted(Limit limit, Rate rate, Meter meter) {}

    private LimitUsage() {}

    static CompletionStage<Usage> of(
            GatewayConfig config, Identifier identifier, LimitStore store, ConcurrencyStore slots) {
        double multiplier = multiplier(config, identifier);
        List<Counted> counted = new ArrayList<>();
        CompletionStage<List<Window>> inFlight = CompletableFuture.completedStage(List.of());
        for (Limit limit : config.limits().values()) {
            if (!counts(limit, identifier)) {
                continue;
            }
            limit.rates().forEach(rate -> counted.add(new Counted(limit, rate, Meter.of(limit, rate, multiplier))));
            if (limit.quota().concurrency() > 0) {
                inFlight = inFlight.thenCombine(
                        slots.inFlight(identifier, limit.bucket()),
                        (before, used) -> with(before, inFlight(limit, multiplier, used)));
            }
        }
        CompletionStage<List<Window>> rates = counted.isEmpty()
                ? CompletableFuture.completedStage(List.of())
                : store.usage(identifier, counted.stream().map(Counted::meter).toList())
                        .thenApply(decision -> windows(counted, decision));
        return rates.thenCombine(inFlight, (first, second) -> {
            List<Window> all = new ArrayList<>(first);
            all.addAll(second);
            return new Usage(identifier.toString(), all);
        });
    }

    private static List<Window> with(List<Window> windows, Window one) {
        List<Window> all = new ArrayList<>(windows);
        all.add(one);
        return all;
    }

    /** The requests in flight as one more window; the next slot is taken to be free within a second. */
    private static Window inFlight(Limit limit, double multiplier, int used) {
        long most = Math.max(1, (long) Math.floor(limit.quota().concurrency() * multiplier));
        return new Window(
                limit.name(), "concurrency", mode(limit), most, used, Math.max(0, most - used), used == 0 ? 0 : 1);
    }

    private static List<Window> windows(List<Counted> counted, Decision decision) {
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < counted.size(); i++) {
            Counted one = counted.get(i);
            Decision.State state = decision.states().get(i);
            // Of a bucket, what it holds when full; of a window its quota.
            long most = one.meter().burst();
            windows.add(new Window(
                    one.limit().name(),
                    one.rate().label(),
                    mode(one.limit()),
                    most,
                    Math.max(0, most - state.remaining()),
                    state.remaining(),
                    Times.secondsUp(state.resetMillis())));
        }
        return windows;
    }

    /**
     * The mode of a limit: {@code enforce}, {@code shadow}, or for which share it is enforced, such as {@code enforce
     * 10 %}.
     */
    private static String mode(Limit limit) {
        int percent = limit.enforcement().percent();
        String mode = limit.enforcement().mode().name().toLowerCase(Locale.ROOT);
        return limit.enforcement().mode() == Limit.Mode.SHADOW || percent == 100 ? mode : mode + " " + percent + " %";
    }

    /** Whether the limit can count such an identifier, by the same rules as the policies. */
    private static boolean counts(Limit limit, Identifier identifier) {
        AppliesTo appliesTo = limit.appliesTo();
        List<LimitKey.Component> parts = limit.key().components();
        LimitKey.Component only = parts.size() == 1 ? parts.getFirst() : null;
        boolean identity = only == Plain.IDENTITY;
        return switch (identifier.kind()) {
            case IP -> only == Plain.IP || (identity && appliesTo != AppliesTo.AUTHENTICATED);
            case KEY -> appliesTo != AppliesTo.ANONYMOUS && (identity || only == Plain.API_KEY);
            case USER -> appliesTo != AppliesTo.ANONYMOUS && (identity || only == Plain.SUBJECT);
            case CERT -> only == Plain.CERTIFICATE && appliesTo != AppliesTo.AUTHENTICATED;
            case BY -> !(only instanceof Plain) && isNamed(identifier, parts);
        };
    }

    /** Whether the identifier consists of exactly these parts; one that appears as a digest may have any. */
    private static boolean isNamed(Identifier identifier, List<LimitKey.Component> parts) {
        List<String> names = Combination.names(identifier);
        if (names.isEmpty()) {
            return true;
        }
        for (int i = 0; i < parts.size() && i < names.size(); i++) {
            if (!isNamed(names.get(i), parts.get(i))) {
                return false;
            }
        }
        return names.size() == parts.size();
    }

    private static boolean isNamed(String name, LimitKey.Component part) {
        return switch (part) {
            case Plain plain ->
                switch (plain) {
                    case IP -> name.equals("ip");
                    case API_KEY -> name.equals("key");
                    case SUBJECT -> name.equals("user");
                    case CERTIFICATE -> name.equals("cert");
                    case IDENTITY -> name.equals("ip") || name.equals("key") || name.equals("user");
                };
            case LimitKey.Header header -> name.equals("header." + header.name());
            case LimitKey.Claim claim -> name.equals("claim." + claim.name());
            case LimitKey.PathParameter parameter -> name.equals("path." + parameter.name());
        };
    }

    private static double multiplier(GatewayConfig config, Identifier identifier) {
        if (identifier.kind() == Identifier.Kind.KEY) {
            for (AuthConfig.ApiKey key : config.auth().apiKeys()) {
                if (Identifier.key(key.id()).equals(identifier)) {
                    return key.limitMultiplier();
                }
            }
        }
        return 1.0;
    }
}
