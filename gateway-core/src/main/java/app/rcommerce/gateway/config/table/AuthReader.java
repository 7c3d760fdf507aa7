package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.AuthConfig.ApiKey;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.config.read.Sources;
import app.rcommerce.gateway.identity.Scopes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code [auth]} and its API keys; tokens are read by {@link JwtReader}. */
final class AuthReader {

    /** A scope as OAuth writes it (RFC 6749 §3.3). */
    static final Form<String> SCOPE = Form.matching(
            "[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,128}", "a scope without spaces or quotes, such as \"products:read\"");

    private static final Form<String> ID =
            Form.matching("[A-Za-z0-9_.-]{1,64}", "1 to 64 letters, digits, dots, hyphens or underscores");
    private static final Form<String> DIGEST = Form.of(
            "the SHA-256 digest of the full key: 64 hexadecimal digits",
            text -> text.matches("[0-9A-Fa-f]{64}") ? text.toLowerCase(Locale.ROOT) : null);
    /** The form of the platform's keys. An id must not have it, or it may be a key that was written down by mistake. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9]{8}\\.[A-Za-z0-9]{24,}");

    private AuthReader() {}

    static AuthConfig read(Section auth, Sources sources) {
        Section jwt = auth.table("jwt");
        Section session = auth.table("session");
        return new AuthConfig(
                jwt.isPresent() ? JwtReader.read(jwt, sources) : null,
                apiKeys(auth),
                session.isPresent() ? SessionReader.read(session) : null);
    }

    private static List<ApiKey> apiKeys(Section auth) {
        List<ApiKey> keys = new ArrayList<>();
        Map<String, Section> ids = new HashMap<>();
        Map<String, Section> digests = new HashMap<>();
        for (Section section : auth.tables("api_keys")) {
            ApiKey key = apiKey(section);
            if (key == null) {
                continue;
            }
            Section sameId = ids.putIfAbsent(key.id(), section);
            if (sameId != null) {
                section.problem("id", "an id of its own; first at " + sameId.position());
            }
            Section sameDigest = digests.putIfAbsent(key.sha256(), section);
            if (sameDigest != null) {
                section.problem("sha256", "the digest of another key; first at " + sameDigest.position());
            }
            keys.add(key);
        }
        return keys;
    }

    private static @Nullable ApiKey apiKey(Section section) {
        // An operator may have written the key itself in one of these by mistake, so it is not logged.
        section.keepSecret("sha256");
        String id = section.required("id", ID);
        if (id != null && KEY.matcher(id).matches()) {
            section.keepSecret("id");
            section.problem("id", "a name for the key, not the key");
        }
        String digest = section.required("sha256", DIGEST);
        Scopes scopes = Scopes.of(section.texts("scopes", SCOPE));
        double multiplier = section.factor("limit_multiplier", 1, 10_000);
        return id == null || digest == null ? null : new ApiKey(id, digest, scopes, multiplier);
    }
}
