package app.rcommerce.gateway.session;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Request;
import java.util.List;
import java.util.Set;

/**
 * Whether a page of another site makes a request with a cookie that is not its own (cross-site request forgery). What
 * browsers say in {@code Sec-Fetch-Site} (Fetch Metadata, W3C) decides, and {@code Origin} (RFC 6454 §7) where they say
 * nothing; programs, which say neither, hold no one else's cookies. Stateless.
 */
public final class CrossSite {

    /** Methods by which nothing is changed (RFC 9110 §9.2.1). */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "QUERY");

    private CrossSite() {}

    /**
     * Whether the request must be refused: its method may change something, or it opens a WebSocket, and a page of
     * another origin makes it.
     *
     * @param origins other origins whose pages may, such as {@code https://shop.example}
     */
    public static boolean isForged(Request request, List<String> origins) {
        if (SAFE.contains(request.method()) && !request.isWebSocketHandshake()) {
            return false;
        }
        Headers headers = request.headers();
        List<String> origin = headers.all("Origin");
        if (origin.size() > 1) {
            return true;
        }
        if (!origin.isEmpty() && origins.contains(origin.getFirst())) {
            return false;
        }
        List<String> site = headers.all("Sec-Fetch-Site");
        if (!site.isEmpty()) {
            // "none": the user has typed the address.
            return site.size() > 1
                    || !(site.getFirst().equals("same-origin")
                            || site.getFirst().equals("none"));
        }
        return !origin.isEmpty() && !origin.getFirst().equals(request.scheme() + "://" + request.authority());
    }
}
