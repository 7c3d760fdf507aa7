package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Limit.AppliesTo;
import app.rcommerce.gateway.limit.Limit.Key;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.limit.Taken;
import app.rcommerce.gateway.server.admin.Operations.Usage;
import app.rcommerce.gateway.server.admin.Operations.Window;
import app.rcommerce.gateway.store.LimitStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the limits have counted for one identifier: of every configured limit that can count it. Stateless. */
final class LimitUsage {

    private record Counted(Limit limit, Rate rate, Meter meter) {}

    private LimitUsage() {}

    static CompletionStage<Usage> of(GatewayConfig config, Identifier identifier, LimitStore store) {
        double multiplier = multiplier(config, identifier);
        List<Counted> counted = new ArrayList<>();
        for (Limit limit : config.limits().values()) {
            if (counts(limit, identifier.kind())) {
                limit.rates().forEach(
                        rate -> counted.add(new Counted(limit, rate, Meter.of(limit, rate, multiplier))));
            }
        }
        if (counted.isEmpty()) {
            return CompletableFuture.completedFuture(new Usage(identifier.toString(), List.of()));
        }
        return store.usage(identifier, counted.stream().map(Counted::meter).toList())
                .thenApply(taken -> new Usage(identifier.toString(), windows(counted, taken)));
    }

    private static List<Window> windows(List<Counted> counted, Taken taken) {
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < counted.size(); i++) {
            Counted one = counted.get(i);
            Taken.State state = taken.states().get(i);
            windows.add(new Window(
                    one.limit().name(),
                    one.rate().label(),
                    one.limit().mode().name().toLowerCase(Locale.ROOT),
                    one.meter().quota(),
                    Math.max(0, one.meter().quota() - state.remaining()),
                    state.remaining(),
                    GatewayOperations.secondsUp(state.resetMillis())));
        }
        return windows;
    }

    /** Whether the limit ever counts identifiers of the kind: as the policies pick limits. */
    private static boolean counts(Limit limit, Identifier.Kind kind) {
        Key key = limit.key();
        AppliesTo appliesTo = limit.appliesTo();
        return switch (kind) {
            case IP -> key == Key.IP || (key == Key.IDENTITY && appliesTo != AppliesTo.AUTHENTICATED);
            case KEY -> appliesTo != AppliesTo.ANONYMOUS && (key == Key.API_KEY || key == Key.IDENTITY);
            case USER -> appliesTo != AppliesTo.ANONYMOUS && (key == Key.SUBJECT || key == Key.IDENTITY);
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
