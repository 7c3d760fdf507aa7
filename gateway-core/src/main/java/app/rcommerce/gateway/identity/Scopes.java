package app.rcommerce.gateway.identity;

import java.util.Collection;
import java.util.Set;

/**
 * The scopes of a credential, which say what it permits: {@code resource:action} pairs with the wildcards {@code read},
 * {@code write} and {@code admin}. {@code write} includes {@code read}, {@code admin} includes both, on one resource
 * ({@code orders:admin}) as on all of them ({@code admin}). Immutable.
 */
public record Scopes(Set<String> granted) {

    /** The scopes of a credential that has none. */
    public static final Scopes NONE = new Scopes(Set.of());

    public Scopes {
        granted = Set.copyOf(granted);
    }

    /** The scopes of a list, without duplicates. */
    public static Scopes of(Collection<String> scopes) {
        return scopes.isEmpty() ? NONE : new Scopes(Set.copyOf(scopes));
    }

    /** Whether every one of the wanted scopes is permitted. */
    public boolean permitAll(Collection<String> wanted) {
        for (String scope : wanted) {
            if (!permits(scope)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the wanted scope is permitted, directly or through one that includes it. */
    public boolean permits(String wanted) {
        if (granted.contains(wanted) || granted.contains("admin")) {
            return true;
        }
        int colon = wanted.lastIndexOf(':');
        String resource = colon < 0 ? "" : wanted.substring(0, colon + 1);
        String action = wanted.substring(colon + 1);
        return switch (action) {
            case "read" ->
                granted.contains("read")
                        || granted.contains("write")
                        || (!resource.isEmpty()
                                && (granted.contains(resource + "write") || granted.contains(resource + "admin")));
            case "write" -> granted.contains("write") || (!resource.isEmpty() && granted.contains(resource + "admin"));
            default -> false;
        };
    }
}
