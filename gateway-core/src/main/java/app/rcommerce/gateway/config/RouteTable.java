package app.rcommerce.gateway.config;

import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Routes as aligned columns, for {@code gateway check} and {@code gateway routes}. Stateless; safe for any thread. */
public final class RouteTable {

    private static final List<String> TITLES =
            List.of("NAME", "HOSTS", "METHODS", "PATH", "AUTH", "LIMITS", "CACHE", "HANDLER");

    /**
     * What a line says of a route.
     *
     * @param hosts empty for every host
     * @param methods empty for every method
     * @param cacheTtl how long replies are fresh; null where none is cached
     * @param shared whether one copy serves every caller
     */
    public record Line(
            String name,
            List<String> hosts,
            List<String> methods,
            String path,
            String auth,
            List<String> scopes,
            List<String> limits,
            @Nullable Duration cacheTtl,
            boolean shared,
            String handler) {

        private List<String> cells() {
            return List.of(
                    name,
                    listed(hosts, "*"),
                    listed(methods, "*"),
                    path,
                    scopes.isEmpty() ? auth : auth + " (" + String.join(" ", scopes) + ")",
                    listed(limits, "-"),
                    cacheTtl == null ? "-" : Durations.format(cacheTtl) + (shared ? " shared" : ""),
                    handler);
        }

        private static String listed(List<String> words, String none) {
            return words.isEmpty() ? none : String.join(",", words);
        }
    }

    private RouteTable() {}

    /** One line a route in the order of the configuration, below a line of titles; ends with a line feed. */
    public static String of(GatewayConfig config) {
        return of(config.routes().stream().map(RouteTable::line).toList());
    }

    /** As above, of lines. */
    public static String of(List<Line> lines) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(TITLES);
        lines.forEach(line -> rows.add(line.cells()));
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

    private static Line line(Route route) {
        Handler.CacheRule cache = route.cache();
        return new Line(
                route.name(),
                route.hosts(),
                route.methods().stream().sorted().toList(),
                route.path().toString(),
                route.auth().toString(),
                route.scopes(),
                route.limits(),
                cache == null ? null : cache.ttl(),
                cache != null && cache.shared(),
                route.handler().summary());
    }
}
