package app.rcommerce.gateway.policy.auth;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.identity.SessionId;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a ticket stands for, as the text that the store keeps: the route on which it was asked for, and the caller as it
 * was verified there; no token and no key. The id of a login session stands in it, as it does in the name of the
 * session's record beside it: what the ticket opens ends with the session. Pure; any thread.
 */
public final class TicketText {

    private TicketText() {}

    /**
     * The text of a caller on a route.
     *
     * @param session the login session by which the caller is known; null for none
     */
    public static String of(String route, Caller caller, @Nullable SessionId session) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("route", route);
        Caller.ApiKeyCaller key = caller.apiKey();
        if (key != null) {
            parts.put("key", key.identifier().value());
            parts.put("key_scopes", String.join(" ", key.scopes().granted()));
            parts.put("key_multiplier", Double.toString(key.limitMultiplier()));
        }
        Caller.TokenCaller user = caller.token();
        if (user != null) {
            parts.put("user", user.identifier().value());
            parts.put("scopes", String.join(" ", user.scopes().granted()));
            parts.put("token_id", user.tokenId());
            parts.put("issued", Long.toString(user.issuedAtMillis()));
            parts.put("expires", Long.toString(user.expiresAtMillis()));
            user.claims().forEach((name, value) -> parts.put("claim." + name, value));
        }
        if (session != null) {
            parts.put("session", session.value());
        }
        StringBuilder text = new StringBuilder();
        parts.forEach((name, value) -> text.append(text.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }

    /** The login session of a text that {@link #read} could read; null where there is none. */
    static @Nullable SessionId session(String text) {
        String session = parts(text).get("session");
        return session == null ? null : SessionId.parse(session);
    }

    private static Map<String, String> parts(String text) {
        Map<String, String> parts = new HashMap<>();
        for (String part : text.split("&", -1)) {
            String[] pair = part.split("=", 2);
            parts.put(
                    URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
                    pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return parts;
    }

    /** The caller of a text that was written for this route; null for any other text. */
    static @Nullable Caller read(String text, String route) {
        try {
            Map<String, String> parts = parts(text);
            if (!route.equals(parts.get("route"))) {
                return null;
            }
            Caller.ApiKeyCaller key = key(parts);
            Caller.TokenCaller user = user(parts);
            return user == null ? key : key == null ? user : new Caller.KeyAndToken(key, user);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Caller.@Nullable ApiKeyCaller key(Map<String, String> parts) {
        String id = parts.get("key");
        return id == null
                ? null
                : new Caller.ApiKeyCaller(
                        new Identifier(Identifier.Kind.KEY, id),
                        scopes(parts.get("key_scopes")),
                        Double.parseDouble(parts.getOrDefault("key_multiplier", "1")));
    }

    private static Caller.@Nullable TokenCaller user(Map<String, String> parts) {
        String id = parts.get("user");
        if (id == null) {
            return null;
        }
        Map<String, String> claims = new HashMap<>();
        parts.forEach((name, value) -> {
            if (name.startsWith("claim.")) {
                claims.put(name.substring("claim.".length()), value);
            }
        });
        return new Caller.TokenCaller(
                new Identifier(Identifier.Kind.USER, id),
                scopes(parts.get("scopes")),
                parts.getOrDefault("token_id", ""),
                Long.parseLong(parts.getOrDefault("issued", "0")),
                Long.parseLong(parts.getOrDefault("expires", "0")),
                claims);
    }

    private static Scopes scopes(@Nullable String text) {
        return text == null || text.isEmpty() ? Scopes.NONE : Scopes.of(List.of(text.split(" ")));
    }
}
