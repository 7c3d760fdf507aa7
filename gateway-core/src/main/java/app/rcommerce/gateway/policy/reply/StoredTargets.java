package app.rcommerce.gateway.policy.reply;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.CacheKeys;
import app.rcommerce.gateway.cache.Invalidation;
import app.rcommerce.gateway.http.FieldClasses;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.route.Router;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The keys under which replies to a target are stored, and the rule which of them a request invalidates (RFC 9111
 * §4.4). Immutable; any thread.
 */
public final class StoredTargets {

    private final @Nullable Router router;

    /**
     * The targets of these routes. Replies are invalidated even where this node does not cache at present, since other
     * nodes may, and this one may later.
     */
    public StoredTargets(List<Route> routes) {
        this.router = routes.stream().anyMatch(route -> route.cache() != null) ? new Router(routes) : null;
    }

    /**
     * The keys that a response to a call invalidates, where the method is unsafe and the response not an error: those
     * of the replies to GET and HEAD of its target, and of the targets that {@code Location} and
     * {@code Content-Location} name on the same host.
     */
    public Set<CacheKey> invalidatedBy(
            Call call, int status, @Nullable String location, @Nullable String contentLocation) {
        if (router == null || !Invalidation.invalidates(call.request().method(), status)) {
            return Set.of();
        }
        Set<CacheKey> keys = new LinkedHashSet<>();
        addKeys(call, call.request().target(), router, keys);
        for (String other : new @Nullable String[] {location, contentLocation}) {
            Target target = other == null ? null : sameHost(call.request(), other);
            if (target != null) {
                addKeys(call, target, router, keys);
            }
        }
        return keys;
    }

    private static void addKeys(Call call, Target target, Router router, Set<CacheKey> keys) {
        for (String method : new String[] {"GET", "HEAD"}) {
            if (router.match(method, call.request().host(), target.matched()) instanceof Router.Match.Found found
                    && found.route().cache() != null) {
                keys.add(key(found.route(), call, target));
            }
        }
    }

    /**
     * The target that a reference names on the request's own host; null where it names another host, or is relative.
     */
    private static @Nullable Target sameHost(Request request, String reference) {
        int fragment = reference.indexOf('#');
        String text = fragment < 0 ? reference : reference.substring(0, fragment);
        String authority = Paths.authority(text);
        boolean same = authority == null
                ? text.startsWith("/") && !text.startsWith("//")
                : authority.equalsIgnoreCase(request.authority());
        return same ? Paths.parse(text) : null;
    }

    /** The key of the replies of this route to the target, as the call addresses it. */
    static CacheKey key(Route route, Call call, Target target) {
        return CacheKeys.primary(route.name(), addressed(call), target);
    }

    /**
     * The address that the upstream sees: scheme, authority, and what a trusted proxy says of scheme, host and port,
     * which is forwarded. All of it is part of the key, since an upstream may make links of it: otherwise one client
     * could choose the links in a reply that others get.
     */
    private static List<@Nullable String> addressed(Call call) {
        String authority = call.request().authority();
        if (!call.peerTrusted()) {
            return List.of(call.request().scheme(), authority);
        }
        Headers headers = call.request().headers();
        List<@Nullable String> addressed = new ArrayList<>(5);
        addressed.add(call.request().scheme());
        addressed.add(authority);
        addressed.add(headers.joined("x-forwarded-proto"));
        addressed.add(headers.joined("x-forwarded-host"));
        addressed.add(headers.joined("x-forwarded-port"));
        addOtherClaims(headers, addressed);
        return addressed;
    }

    /**
     * Adds the names and values of the other fields in which a proxy in front says how it was addressed, in the order
     * of the names.
     */
    private static void addOtherClaims(Headers headers, List<@Nullable String> addressed) {
        SortedSet<String> names = new TreeSet<>();
        headers.forEach((name, value) -> {
            if (FieldClasses.mayBeClassed(name)) {
                String lower = FieldClasses.lower(name);
                if (FieldClasses.isAddressClaim(lower) && !FieldClasses.isSetByUs(lower)) {
                    names.add(lower);
                }
            }
        });
        for (String name : names) {
            addressed.add(name);
            addressed.add(headers.joined(name));
        }
    }
}
