package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.identity.Addresses;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The access check of the admin port. Where a token is configured, a request must present it. Where none is, which is
 * possible on a loopback address only, every process on this machine may use the port, but no web page in a browser on
 * this machine: requests across origins are refused, and so are host names that are not local (DNS rebinding).
 * Stateless; safe for any thread.
 */
final class Guard {

    private static final String SCHEME = "bearer ";

    private final byte @Nullable [] digest;

    Guard(@Nullable Secret token) {
        this.digest = token == null ? null : digest(token.value());
    }

    /**
     * Lets a request pass or throws.
     *
     * @throws RequestRefused 401 or 403
     */
    void admit(Headers headers) {
        if (digest != null) {
            requireToken(headers, digest);
        } else {
            refuseBrowsers(headers);
        }
    }

    private static void requireToken(Headers headers, byte[] expected) {
        List<String> fields = headers.all("authorization");
        String field = fields.size() == 1 ? fields.getFirst() : "";
        boolean bearer = field.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        // Digests, so that the time taken tells nothing, not even the length.
        boolean known = bearer
                && MessageDigest.isEqual(digest(field.substring(SCHEME.length()).strip()), expected);
        if (!known) {
            throw new RequestRefused(
                    401,
                    "UNAUTHORIZED",
                    bearer ? "The token is wrong." : "A token is needed: Authorization: Bearer <token>.",
                    List.of(),
                    List.of(new Field("www-authenticate", "Bearer realm=\"rcommerce-gateway-admin\"")));
        }
    }

    private static void refuseBrowsers(Headers headers) {
        String site = headers.get("sec-fetch-site");
        boolean foreign = site != null && !site.equals("none") && !site.equals("same-origin");
        if (headers.contains("origin") || foreign) {
            throw new RequestRefused(
                    403, "FORBIDDEN", "Requests of web pages are refused while no admin token is configured.");
        }
        List<String> hosts = headers.all("host");
        if (hosts.size() != 1 || !isLocal(hosts.getFirst())) {
            throw new RequestRefused(
                    403,
                    "FORBIDDEN",
                    "Host: " + (hosts.isEmpty() ? "missing" : AdminRequest.quoted(hosts.getFirst()))
                            + " (expected: localhost or an address, while no admin token is configured)");
        }
    }

    /** Whether the value of {@code Host} is localhost or an address, with or without a port. */
    static boolean isLocal(String host) {
        int close = host.startsWith("[") ? host.indexOf(']') : -1;
        int colon = host.indexOf(':', Math.max(close, 0));
        String port = colon < 0 ? "" : host.substring(colon + 1);
        String name = colon < 0 ? host : host.substring(0, colon);
        if (!port.matches("[0-9]{0,5}")) {
            return false;
        }
        if (close >= 0) {
            return name.endsWith("]") && Addresses.parse(name.substring(1, name.length() - 1)) != null;
        }
        return name.toLowerCase(Locale.ROOT).equals("localhost") || Addresses.parse(name) != null;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
