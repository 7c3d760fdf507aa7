package app.rcommerce.gateway.config;

import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.time.Durations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The routes of a configuration as aligned columns, for {@code gateway check}. Stateless; safe for any thread. */
public final class RouteTable {

    private static final List<String> TITLES =
            List.of("NAME", "HOSTS", "METHODS", "PATH", "AUTH", "LIMITS", "CACHE", "HANDLER");

    private RouteTable() {}

    /** One line a route in the order of the configuration, below a line of titles; ends with a line feed. */
    public static String of(GatewayConfig config) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(TITLES);
        config.routes().forEach(route -> rows.add(row(route)));
        int[] widths = new int[TITLES.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static List<String> row(Route route) {
        return List.of(
                route.name(),
                listed(route.hosts(), "*"),
                listed(route.methods().stream().sorted().toList(), "*"),
                route.path().toString(),
                auth(route),
                listed(route.limits(), "-"),
                cache(route),
                route.handler().summary());
    }

    private static String auth(Route route) {
        String auth = route.auth().toString();
        return route.scopes().isEmpty() ? auth : auth + " (" + String.join(" ", route.scopes()) + ")";
    }

    private static String cache(Route route) {
        Handler.CacheRule cache = route.cache();
        if (cache == null) {
            return "-";
        }
        return Durations.format(cache.ttl()) + (cache.shared() ? " shared" : "");
    }

    private static String listed(Collection<String> words, String none) {
        return words.isEmpty() ? none : String.join(",", words);
    }
}
