package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.http.FieldNames;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.HttpDate;
import app.rcommerce.gateway.route.Handler.CacheRule;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The decision whether a shared cache may store a reply, and for how long it is fresh (RFC 9111 §3, §4.2). It is
 * stricter than the RFC where that keeps one caller's reply from another: see {@link Reason}. Pure; safe for any
 * thread.
 */
public sealed interface Freshness {

    /**
     * The reply may be stored.
     *
     * @param nowMillis when its header section arrived
     * @param ageMillis how old it was by then (RFC 9111 §4.2.3)
     * @param lifetimeMillis how long it stays fresh from then on, at least 1
     * @param vary the request fields it was chosen by: lower case, sorted, each once
     * @param shareable whether it may answer callers that present a credential
     */
    record Storable(long nowMillis, long ageMillis, long lifetimeMillis, List<String> vary, boolean shareable)
            implements Freshness {
        public Storable {
            vary = List.copyOf(vary);
        }
    }

    /** The reply may not be stored. */
    record NotStorable(Reason reason) implements Freshness {}

    /** The reason why a reply is not stored. */
    enum Reason {
        /** The method is not GET: only replies to GET are stored. */
        METHOD,
        /** The request bypasses the store, or says {@code no-store}. */
        REQUEST,
        /**
         * The status is not one of 200, 203, 204, 300, 301, 302, 307, 308, 404, 405, 410, 414 and 501. Others tell of
         * the caller (401, 403, 429) or of a moment (502, 504), even where they claim to be fresh.
         */
        STATUS,
        /** The reply has {@code Content-Range}: it is only a part of the content. */
        PARTIAL,
        /** The reply has {@code Set-Cookie}, which is meant for one caller. */
        SET_COOKIE,
        /** The reply says {@code no-store}. */
        NO_STORE,
        /**
         * The reply says {@code no-cache}: it would have to be validated before each use, which is not supported yet.
         */
        NO_CACHE,
        /** The reply says {@code private}, with or without field names. */
        PRIVATE,
        /** {@code Vary} holds {@code *}, something that is no name, or more than {@link #MOST_VARY_NAMES} names. */
        VARY,
        /** The request had a credential and nothing permits to share the reply (RFC 9111 §3.5). */
        CREDENTIAL,
        /** The reply is already stale when it arrives. */
        STALE,
        /** The reply names no lifetime, and the route's ttl does not apply to its status. */
        NO_LIFETIME;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The value in logs and metrics, such as {@code set_cookie}. */
        public String label() {
            return label;
        }
    }

    /** The most field names that {@code Vary} may hold. */
    int MOST_VARY_NAMES = 16;

    /** Statuses that may be stored at all. */
    Set<Integer> STORABLE_STATUSES = Set.of(200, 203, 204, 300, 301, 302, 307, 308, 404, 405, 410, 414, 501);

    /** Statuses for which the route's ttl stands in where the reply names no lifetime. */
    Set<Integer> DEFAULT_TTL_STATUSES = Set.of(200, 203, 301, 308, 404, 410);

    /**
     * A request and the head of its reply.
     *
     * @param method the request's
     * @param directives the request's
     * @param credential whether the request carried {@code Authorization} or {@code X-API-Key}
     * @param status of the reply
     * @param reply the header fields of the reply, as the upstream sent them
     */
    record Candidate(String method, RequestDirectives directives, boolean credential, int status, Headers reply) {}

    /**
     * Decides about a reply whose header section has just arrived.
     *
     * @param sentMillis when the request was sent to the upstream: the reply may be that old already
     */
    static Freshness of(Candidate candidate, CacheRule rule, long sentMillis, long nowMillis) {
        Headers reply = candidate.reply();
        CacheControl targeted = CacheControl.targeted(reply);
        CacheControl control = targeted != null ? targeted : CacheControl.of(reply);
        SortedSet<String> vary = FieldNames.of(reply, "Vary");
        Reason reason = refusal(candidate, control, vary);
        if (reason != null || vary == null) {
            return new NotStorable(reason == null ? Reason.VARY : reason);
        }
        boolean shareable =
                rule.shared() || control.isPublic() || control.mustRevalidate() || control.sharedMaxAge() >= 0;
        if (candidate.credential() && !shareable) {
            return new NotStorable(Reason.CREDENTIAL);
        }
        OptionalLong named = namedLifetime(control, targeted == null ? reply : null, nowMillis);
        if (named.isEmpty() && !takesDefault(candidate.status(), control, reply)) {
            return new NotStorable(Reason.NO_LIFETIME);
        }
        long ageMillis = ageSeconds(reply) * 1000 + Math.max(0, nowMillis - sentMillis);
        long lifetimeMillis = named.orElseGet(() -> longestTtl(rule)) - ageMillis;
        if (lifetimeMillis <= 0) {
            return new NotStorable(Reason.STALE);
        }
        return new Storable(nowMillis, ageMillis, lifetimeMillis, List.copyOf(vary), shareable);
    }

    private static @Nullable Reason refusal(
            Candidate candidate, CacheControl control, @Nullable SortedSet<String> vary) {
        if (!candidate.method().equals("GET")) {
            return Reason.METHOD;
        }
        if (candidate.directives().bypass() != null || candidate.directives().noStore()) {
            return Reason.REQUEST;
        }
        if (!STORABLE_STATUSES.contains(candidate.status())) {
            return Reason.STATUS;
        }
        if (candidate.reply().contains("Content-Range")) {
            return Reason.PARTIAL;
        }
        if (candidate.reply().contains("Set-Cookie")) {
            return Reason.SET_COOKIE;
        }
        if (control.noStore()) {
            return Reason.NO_STORE;
        }
        if (control.isPrivate()) {
            return Reason.PRIVATE;
        }
        if (control.noCache()) {
            return Reason.NO_CACHE;
        }
        if (vary == null || vary.size() > MOST_VARY_NAMES || vary.contains("*")) {
            return Reason.VARY;
        }
        return null;
    }

    /**
     * Whether the route's ttl stands in for a missing lifetime. It does not where the reply has {@code Pragma:
     * no-cache} and no {@code Cache-Control}: the field has no defined meaning in a reply, but an old origin that sends
     * it does not want the reply to be stored.
     */
    private static boolean takesDefault(int status, CacheControl control, Headers reply) {
        return DEFAULT_TTL_STATUSES.contains(status) && (control.present() || !RequestDirectives.pragmaNoCache(reply));
    }

    private static long longestTtl(CacheRule rule) {
        return Math.min(rule.ttl().toSeconds(), CacheControl.LONGEST) == CacheControl.LONGEST
                ? CacheControl.LONGEST * 1000
                : rule.ttl().toMillis();
    }

    /** The lifetime the reply names, in milliseconds; {@code reply} is null where {@code Expires} does not count. */
    private static OptionalLong namedLifetime(CacheControl control, @Nullable Headers reply, long nowMillis) {
        if (control.sharedMaxAge() >= 0) {
            return OptionalLong.of(control.sharedMaxAge() * 1000);
        }
        if (control.maxAge() >= 0) {
            return OptionalLong.of(control.maxAge() * 1000);
        }
        if (reply == null || !reply.contains("Expires")) {
            return OptionalLong.empty();
        }
        String date = reply.get("Date");
        long dateMillis =
                date == null ? nowMillis : HttpDate.parse(date, nowMillis).orElse(nowMillis);
        long lifetime = CacheControl.LONGEST * 1000;
        for (String expires : reply.all("Expires")) {
            // What is no date, "0" above all, is in the past (RFC 9111 §5.3).
            long expiresMillis = HttpDate.parse(expires, nowMillis).orElse(dateMillis);
            lifetime = Math.min(lifetime, Math.max(0, expiresMillis - dateMillis));
        }
        return OptionalLong.of(lifetime);
    }

    /** The {@code Age} of a reply: its first member; 0 where it is invalid (RFC 9111 §5.1). */
    private static long ageSeconds(Headers reply) {
        String age = reply.get("Age");
        if (age == null) {
            return 0;
        }
        int comma = age.indexOf(',');
        return Math.max(0, CacheControl.deltaSeconds((comma < 0 ? age : age.substring(0, comma)).strip()));
    }
}
