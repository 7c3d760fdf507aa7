package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.server.admin.operations.Operations;
import app.rcommerce.gateway.server.metrics.Scrape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of the admin port: checks whether a request may be made, finds the action for its path and method, and
 * turns the outcome, a failure too, into a response. {@code /health/} is open to everybody; every other path is
 * guarded. Blocks while the store is asked. Safe for any thread.
 */
final class AdminRoutes {

    /** The action behind one method of one path. */
    interface Action extends Function<AdminRequest, AdminResponse> {}

    private static final Logger LOG = LoggerFactory.getLogger(AdminRoutes.class);
    private static final String OPEN = "/health/";
    /** Stands for any last segment of a path. */
    private static final String ANY = "{id}";

    private final Guard guard;
    private final Runnable refused;
    private final Map<String, SequencedMap<String, Action>> routes = new LinkedHashMap<>();

    AdminRoutes(Guard guard, Operations operations, Function<String, Scrape> metrics, Runnable refused) {
        this.guard = guard;
        this.refused = refused;
        add("GET", "/health/live", ask -> AdminResponse.json(200, Map.of("status", "ok")));
        add("GET", "/health/ready", ask -> ready(operations));
        add("GET", "/metrics", ask -> {
            Scrape scrape = metrics.apply(ask.accept());
            return AdminResponse.text(scrape.contentType(), scrape.text());
        });
        new AdminApi(operations).addTo(this);
        new JobsApi(operations).addTo(this);
    }

    void add(String method, String path, Action action) {
        SequencedMap<String, Action> methods = routes.computeIfAbsent(path, p -> new LinkedHashMap<>());
        methods.put(method, action);
        if (method.equals("GET")) {
            methods.put("HEAD", action);
        }
    }

    /** Every request that is answered, as method and path, but for {@code HEAD}. */
    List<String> requests() {
        return routes.entrySet().stream()
                .flatMap(path -> path.getValue().keySet().stream()
                        .filter(method -> !method.equals("HEAD"))
                        .map(method -> method + " " + path.getKey()))
                .toList();
    }

    private static AdminResponse ready(Operations operations) {
        Operations.Readiness readiness = operations.readiness();
        return AdminResponse.json(
                readiness.ready() ? 200 : 503, Map.of("status", readiness.status(), "checks", readiness.checks()));
    }

    /**
     * Checks whether a request may be made, by its head.
     *
     * @param from who asks, for the log
     * @return why it may not be made, or null where it may
     */
    @Nullable
    AdminResponse refusal(String path, Headers headers, Object from) {
        if (path.startsWith(OPEN)) {
            return null;
        }
        try {
            guard.admit(headers);
            return null;
        } catch (RequestRefused refusal) {
            refused.run();
            LOG.warn("admin: a request from {} is refused: {}", from, refusal.getMessage());
            return refusal.answer();
        }
    }

    /** Answers the request, which may be made; never throws. */
    AdminResponse answer(AdminRequest ask, Headers headers) {
        try {
            requireJson(ask, headers);
            return action(ask).apply(ask);
        } catch (RequestRefused refusal) {
            return refusal.answer();
        } catch (RuntimeException e) {
            LOG.error("admin: {} {} failed", ask.method(), ask.path(), e);
            return AdminResponse.error(500, "INTERNAL_ERROR", "The gateway failed to handle the request.", List.of());
        }
    }

    /**
     * Refuses content that is not declared as JSON: a web page of another origin cannot send this type without a
     * preflight request, so that no form on a web page can change anything here.
     */
    private static void requireJson(AdminRequest ask, Headers headers) {
        if (ask.content().length == 0) {
            return;
        }
        String type = headers.get("content-type");
        String essence = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!essence.equals("application/json")) {
            throw new RequestRefused(
                    415,
                    "UNSUPPORTED_MEDIA_TYPE",
                    "Content-Type: " + (type == null ? "missing" : AdminRequest.quoted(type))
                            + " (expected: application/json)");
        }
    }

    private Action action(AdminRequest ask) {
        SequencedMap<String, Action> methods = routes.get(ask.path());
        if (methods == null) {
            int slash = ask.path().lastIndexOf('/');
            methods = routes.get(ask.path().substring(0, slash + 1) + ANY);
        }
        if (methods == null) {
            throw new RequestRefused(404, "NOT_FOUND", "There is nothing at " + AdminRequest.quoted(ask.path()) + ".");
        }
        Action action = methods.get(ask.method());
        if (action == null) {
            String allow = String.join(", ", methods.keySet());
            throw new RequestRefused(
                    405,
                    "METHOD_NOT_ALLOWED",
                    ask.path() + " does not support " + AdminRequest.quoted(ask.method()) + " (expected: " + allow
                            + ").",
                    List.of(),
                    List.of(new Field("allow", allow)));
        }
        return action;
    }
}
