package app.rcommerce.gateway.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request: among the routes whose host, path and method all match, the most specific one. A host
 * named exactly beats a wildcard, a longer wildcard a shorter one, and any of them no host; then paths are compared
 * segment by segment, a literal before a parameter before the open end; a route that names methods beats one that names
 * none. A route that names GET takes HEAD, too, unless another one beside it names HEAD. Compiled once, immutable; any
 * thread.
 *
 * <p>Measured by {@code RouterBenchmark}.
 */
public final class Router {

    /** The result of matching a request. */
    public sealed interface Match {
        /** A route matches. */
        record Found(Route route) implements Match {}

        /**
         * Routes match the host and the path, but none matches the method.
         *
         * @param allowed the methods that they allow
         */
        record MethodNotAllowed(SortedSet<String> allowed) implements Match {}

        /** No route matches. */
        record NotFound() implements Match {}
    }

    private static final Match NOT_FOUND = new Match.NotFound();

    /** The methods in {@code Allow} for a route that names none and so takes every method except TRACE. */
    private static final List<String> USUAL_METHODS =
            List.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

    private final Map<String, Node> exactHosts = new HashMap<>();
    /** Wildcards by their suffix with the leading dot, longest first. */
    private final List<Map.Entry<String, Node>> wildcardHosts;

    private final @Nullable Node anyHost;

    /** One node of the tree of segments. */
    private static final class Node {
        final Map<String, Node> literals = new HashMap<>();

        @Nullable
        Node parameter;
        /** Routes that end here, those that name methods first. */
        final List<Match.Found> ends = new ArrayList<>(1);
        /** Routes with an open end here. */
        final List<Match.Found> open = new ArrayList<>(1);
    }

    /** A router over these routes. */
    public Router(List<Route> routes) {
        Map<String, Node> wildcards = new HashMap<>();
        Node any = null;
        for (Route route : routes) {
            Match.Found found = new Match.Found(route);
            if (route.hosts().isEmpty()) {
                any = any == null ? new Node() : any;
                insert(any, found);
            }
            for (String host : route.hosts()) {
                Node root = host.startsWith("*.")
                        ? wildcards.computeIfAbsent(host.substring(1), suffix -> new Node())
                        : exactHosts.computeIfAbsent(host, name -> new Node());
                insert(root, found);
            }
        }
        anyHost = any;
        wildcardHosts = wildcards.entrySet().stream()
                .sorted(Comparator.comparingInt(
                        (Map.Entry<String, Node> entry) -> -entry.getKey().length()))
                .toList();
    }

    private static void insert(Node root, Match.Found found) {
        Node node = root;
        PathPattern pattern = found.route().path();
        for (PathPattern.Segment segment : pattern.segments()) {
            switch (segment) {
                case PathPattern.Segment.Literal literal ->
                    node = node.literals.computeIfAbsent(literal.text(), text -> new Node());
                case PathPattern.Segment.Parameter ignored -> {
                    if (node.parameter == null) {
                        node.parameter = new Node();
                    }
                    node = node.parameter;
                }
            }
        }
        List<Match.Found> routes = pattern.openEnd() ? node.open : node.ends;
        if (found.route().methods().isEmpty()) {
            routes.addLast(found);
        } else {
            routes.addFirst(found);
        }
    }

    /**
     * Finds the route of a request.
     *
     * @param host in lower case, without a port
     * @param path the normalised path
     */
    public Match match(String method, String host, String path) {
        Node exact = host.isEmpty() ? null : exactHosts.get(host);
        if (exact != null) {
            Match.Found found = find(exact, method, path, 1);
            if (found != null) {
                return found;
            }
        }
        for (Map.Entry<String, Node> wildcard : wildcardHosts) {
            if (matchesWildcard(host, wildcard.getKey())) {
                Match.Found found = find(wildcard.getValue(), method, path, 1);
                if (found != null) {
                    return found;
                }
            }
        }
        if (anyHost != null) {
            Match.Found found = find(anyHost, method, path, 1);
            if (found != null) {
                return found;
            }
        }
        return nothingFor(host, path);
    }

    private static boolean matchesWildcard(String host, String suffix) {
        return host.length() > suffix.length() && host.endsWith(suffix);
    }

    private static Match.@Nullable Found find(Node node, String method, String path, int at) {
        if (at >= path.length()) {
            Match.Found end = atEnd(node, method, at == path.length());
            return end != null ? end : pick(node.open, method);
        }
        int slash = path.indexOf('/', at);
        int end = slash < 0 ? path.length() : slash;
        Node literal = node.literals.isEmpty() ? null : node.literals.get(path.substring(at, end));
        if (literal != null) {
            Match.Found found = find(literal, method, path, end + 1);
            if (found != null) {
                return found;
            }
        }
        if (node.parameter != null && end > at) {
            Match.Found found = find(node.parameter, method, path, end + 1);
            if (found != null) {
                return found;
            }
        }
        return pick(node.open, method);
    }

    /**
     * The route that ends at this node. Of two that differ only in a slash at the end, the one that is written as the
     * path is comes first.
     */
    private static Match.@Nullable Found atEnd(Node node, String method, boolean slashed) {
        Node behindSlash = node.literals.get("");
        Match.Found plain = pick(node.ends, method);
        Match.Found withSlash = behindSlash == null ? null : pick(behindSlash.ends, method);
        Match.Found first = slashed ? withSlash : plain;
        return first != null ? first : slashed ? plain : withSlash;
    }

    /**
     * The route that names the method; else for HEAD the one that names GET, since whatever has a GET has a HEAD (RFC
     * 9110 §9.1); else the one that names no methods. That one takes all except TRACE, which shows a client what
     * proxies have added (RFC 9110 §9.3.8).
     */
    private static Match.@Nullable Found pick(List<Match.Found> routes, String method) {
        Match.Found implied = null;
        for (int i = 0; i < routes.size(); i++) {
            Match.Found found = routes.get(i);
            Set<String> methods = found.route().methods();
            if (methods.contains(method)) {
                return found;
            }
            boolean takes =
                    methods.isEmpty() ? !method.equals("TRACE") : method.equals("HEAD") && methods.contains("GET");
            if (takes && implied == null) {
                implied = found;
            }
        }
        return implied;
    }

    /** The result where no route matches, with the methods that would have matched. */
    private Match nothingFor(String host, String path) {
        SortedSet<String> allowed = new TreeSet<>();
        Node exact = exactHosts.get(host);
        if (exact != null) {
            collect(exact, path, 1, allowed);
        }
        for (Map.Entry<String, Node> wildcard : wildcardHosts) {
            if (matchesWildcard(host, wildcard.getKey())) {
                collect(wildcard.getValue(), path, 1, allowed);
            }
        }
        if (anyHost != null) {
            collect(anyHost, path, 1, allowed);
        }
        return allowed.isEmpty() ? NOT_FOUND : new Match.MethodNotAllowed(allowed);
    }

    private static void allow(List<Match.Found> routes, SortedSet<String> allowed) {
        for (Match.Found found : routes) {
            Set<String> methods = found.route().methods();
            allowed.addAll(methods.isEmpty() ? USUAL_METHODS : methods);
            if (methods.contains("GET")) {
                allowed.add("HEAD");
            }
        }
    }

    private static void collect(Node node, String path, int at, SortedSet<String> allowed) {
        allow(node.open, allowed);
        if (at >= path.length()) {
            allow(node.ends, allowed);
            Node behindSlash = node.literals.get("");
            if (behindSlash != null) {
                allow(behindSlash.ends, allowed);
            }
            return;
        }
        int slash = path.indexOf('/', at);
        int end = slash < 0 ? path.length() : slash;
        Node literal = node.literals.get(path.substring(at, end));
        if (literal != null) {
            collect(literal, path, end + 1, allowed);
        }
        if (node.parameter != null && end > at) {
            collect(node.parameter, path, end + 1, allowed);
        }
    }
}
