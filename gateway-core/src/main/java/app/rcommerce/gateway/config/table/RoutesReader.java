package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.handler.HandlerReader;
import app.rcommerce.gateway.config.handler.NamedHandlersReader;
import app.rcommerce.gateway.config.handler.ProxyReader;
import app.rcommerce.gateway.config.handler.QueueReader;
import app.rcommerce.gateway.config.handler.RedirectReader;
import app.rcommerce.gateway.config.handler.RespondReader;
import app.rcommerce.gateway.config.handler.TopicHandlersReader;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.HostPort;
import app.rcommerce.gateway.config.read.Names;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.http.FieldClasses;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.LimitKey;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.route.Route.Cost;
import app.rcommerce.gateway.route.Route.CredentialKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@code [[routes]]} and checks the names that they refer to. */
final class RoutesReader {

    /**
     * The parts of the configuration that routes refer to.
     *
     * @param upstreams names of upstreams, including those with problems, so that one mistake is one problem
     * @param limitNames names of limits, likewise
     * @param limits the limits without problems by name
     * @param verified the kinds of credentials that can be verified
     * @param ttl of cached replies where a route names none
     * @param maxEntryBytes of cached replies where a route names none
     * @param topics the channel of a topic of each user, with {@code {topic}}
     * @param queueNames names of queues, including those with problems
     * @param queues the queues without problems by name
     */
    record Surroundings(
            Collection<String> upstreams,
            Collection<String> limitNames,
            Map<String, Limit> limits,
            Set<CredentialKind> verified,
            Duration ttl,
            long maxEntryBytes,
            String topics,
            Collection<String> queueNames,
            Map<String, QueueRule> queues) {}

    private static final Form<PathPattern> PATH = Form.of(PathPattern.EXPECTED, PathPattern::parse);
    static final Form<String> METHOD =
            Form.of("a method in upper case, such as \"GET\"", text -> text.matches("[A-Z][A-Z-]{0,31}") ? text : null);
    private static final Form<String> HOST =
            Form.of("a host without a port, such as \"shop.example.com\" or \"*.example.com\"", RoutesReader::host);

    /**
     * Fields that an answer needs, so that none of them can be the field with the cost, which is removed from the
     * answer.
     */
    private static final Set<String> NEEDED = Set.of(
            "cache-control",
            "content-encoding",
            "content-range",
            "content-type",
            "date",
            "etag",
            "expires",
            "last-modified",
            "location",
            "vary",
            "www-authenticate");

    private static final Form<String> COST_FIELD = Form.of(
            "the name of a field that nobody else needs, such as \"X-Cost\"",
            text -> text.matches("[A-Za-z0-9_-]{1,64}") && isFree(text.toLowerCase(Locale.ROOT)) ? text : null);

    /** Whether no client, no connection and no part of the gateway needs a field of this name in an answer. */
    private static boolean isFree(String name) {
        return !NEEDED.contains(name) && FieldClasses.isStored(name) && !FieldClasses.isSetByUs(name);
    }

    private static final int MOST_COST = 1_000_000;

    private final Surroundings surroundings;
    /** The readers of all kinds of handlers; the first one is of the usual kind. */
    private final List<HandlerReader> handlers;

    private final Map<String, Section> names = new HashMap<>();
    /** Routes by each combination of host, method and path that they answer. */
    private final Map<List<String>, Section> answered = new HashMap<>();

    RoutesReader(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.handlers = List.of(
                new ProxyReader(surroundings.upstreams(), surroundings.ttl(), surroundings.maxEntryBytes()),
                new RespondReader(),
                new RedirectReader(),
                new NamedHandlersReader(
                        new TopicHandlersReader(surroundings.topics()),
                        new QueueReader(surroundings.upstreams(), surroundings.queueNames(), surroundings.queues())));
    }

    List<Route> read(Section root) {
        root.needElements("routes", "at least one [[routes]]");
        List<Route> routes = new ArrayList<>();
        for (Section section : root.tables("routes")) {
            Route route = route(section);
            if (route != null) {
                reportSame(section, route);
                routes.add(route);
            }
        }
        return routes;
    }

    private @Nullable Route route(Section section) {
        String name = section.required("name", Form.of(Names.EXPECTED, text -> Names.isName(text) ? text : null));
        if (name != null) {
            Section same = names.putIfAbsent(name, section);
            if (same != null) {
                section.problem("name", "a name of its own; first at " + same.positionOf("name"));
            }
        }
        PathPattern path = section.required("path", PATH);
        List<String> hosts = hosts(section);
        List<String> methods = section.someTexts("methods", METHOD, List.of());
        HandlerReader reader = named(section);
        Handler handler = reader == null ? null : reader.read(section, path);
        Route.Auth auth = new RouteAuthReader(section, surroundings.verified()).read();
        List<String> scopes = section.texts("scopes", AuthReader.SCOPE);
        if (!auth.isVerified() && !scopes.isEmpty() && !section.isFaulty("auth")) {
            section.problem(
                    "scopes", "none, or auth = \"optional\" or \"required\": auth = \"none\" looks at no credential");
        }
        if (!auth.isVerified() && !section.isFaulty("auth") && TopicHandlersReader.needsCaller(handler)) {
            section.problem(
                    "topics",
                    "none with {user} or scopes, or auth = \"optional\" or \"required\": auth = \"none\" looks at no credential");
        }
        List<String> limits = section.texts("limits", Form.anyOf(surroundings.limitNames()));
        Cost cost = cost(section, limits, reader == null || reader.asksAnOrigin());
        reportParameters(section, path, limits);
        if (name == null || path == null || handler == null) {
            return null;
        }
        return new Route(name, hosts, path, Set.copyOf(methods), handler, auth, scopes, limits, cost);
    }

    /** The one handler that the route names, by its reader; null after reporting that there is none, or another one. */
    private @Nullable HandlerReader named(Section section) {
        List<HandlerReader> named = new ArrayList<>(
                handlers.stream().filter(reader -> section.has(reader.key())).toList());
        if (named.size() > 1 && QueueReader.isQueue(section)) {
            // Its upstream is where the queue is delivered to.
            named.removeIf(reader -> reader.key().equals("upstream"));
        }
        if (named.size() > 1) {
            section.problem(
                    named.get(1).key(),
                    "none, since the route has " + named.getFirst().key());
            return null;
        }
        if (named.isEmpty()) {
            String keys = handlers.stream().map(HandlerReader::key).collect(Collectors.joining(", "));
            section.problem(handlers.getFirst().key(), "one of " + keys);
        }
        HandlerReader reader = named.isEmpty() ? handlers.getFirst() : named.getFirst();
        Set<String> reported = new HashSet<>();
        for (HandlerReader other : handlers) {
            for (String key : other.otherKeys()) {
                if (section.has(key)
                        && reported.add(key)
                        && !other.equals(reader)
                        && !reader.otherKeys().contains(key)) {
                    section.problem(key, "none, since only a route with " + other.key() + " has one");
                }
            }
        }
        return named.isEmpty() ? null : reader;
    }

    /** Reads {@code hosts}, or {@code host} for a single one. */
    private static List<String> hosts(Section section) {
        List<String> hosts = section.someTexts("hosts", HOST, List.of());
        String host = section.text("host", HOST);
        if (section.has("hosts") && section.has("host")) {
            section.problem("host", "either host or hosts");
        }
        return host == null ? hosts : List.of(host);
    }

    /** Reads {@code cost}: a number, or a table that names the response field in which the upstream says it. */
    private Cost cost(Section section, List<String> limits, boolean forwards) {
        if (!section.isTable("cost")) {
            int permits = section.integer("cost", 1, 1, MOST_COST);
            reportCost(section, "cost", permits, limits);
            return Cost.of(permits);
        }
        Section cost = section.table("cost");
        String field = cost.required("response_header", COST_FIELD);
        if (field != null && !forwards) {
            cost.problem("response_header", "none, since only an upstream says what a request has cost");
        }
        int permits = cost.integer("default", 1, 1, MOST_COST);
        int most = cost.integer("max", Math.max(1_000, permits), 1, MOST_COST);
        if (most < permits) {
            cost.problem("max", "at least the default, " + permits);
        }
        reportCost(cost, "default", permits, limits);
        return new Cost(permits, field, most);
    }

    /** Reports a cost that is more than a limit ever grants at once: every such request would be refused. */
    private void reportCost(Section section, String key, int permits, List<String> limits) {
        for (String name : limits) {
            Limit limit = surroundings.limits().get(name);
            if (limit == null || limit.key().countsApiKeys()) {
                continue;
            }
            long most = limit.quota().mostAtOnce();
            if (permits > most) {
                section.problem(key, "at most " + most + ", which is all that limits." + name + " ever grants at once");
            }
        }
    }

    /** Reports a path without the parameter that one of the limits counts by. */
    private void reportParameters(Section section, @Nullable PathPattern path, List<String> limits) {
        for (String name : limits) {
            Limit limit = surroundings.limits().get(name);
            if (limit == null || path == null) {
                continue;
            }
            for (LimitKey.Component component : limit.key().components()) {
                if (component instanceof LimitKey.PathParameter parameter && !path.hasParameter(parameter.name())) {
                    section.problem(
                            "path", "a path with {" + parameter.name() + "}, which limits." + name + " counts by");
                }
            }
        }
    }

    /**
     * Reports a route that would answer exactly the same requests as an earlier one, since nothing says which of the
     * two is meant.
     */
    private void reportSame(Section section, Route route) {
        String shape = route.path().toString().replaceAll("\\{[^}]*}", "{}");
        Section same = null;
        String what = "";
        for (String host : route.hosts().isEmpty() ? List.of("every host") : route.hosts()) {
            for (String method : route.methods().isEmpty() ? List.of("every method") : sorted(route.methods())) {
                Section earlier = answered.putIfAbsent(List.of(host, method, shape), section);
                if (earlier != null && same == null) {
                    same = earlier;
                    what = method + " on " + host;
                }
            }
        }
        if (same != null) {
            section.problem(
                    "path",
                    "another path, method or host; " + what + " is answered by " + same.path() + " at "
                            + same.position());
        }
    }

    private static List<String> sorted(Collection<String> words) {
        return words.stream().sorted().toList();
    }

    private static @Nullable String host(String text) {
        String name = text.startsWith("*.") ? text.substring(2) : text;
        boolean plain = name.indexOf(':') < 0 && !name.startsWith("[");
        return plain && HostPort.parse(name, 0) != null ? text.toLowerCase(Locale.ROOT) : null;
    }
}
