package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.AuthConfig.Session;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.identity.SessionCarrier;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code [auth.session]}. */
final class SessionReader {

    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}";
    /** Fields in which something else stands, or which proxies change. */
    private static final Set<String> TAKEN =
            Set.of("authorization", "x-api-key", "cookie", "host", "connection", "content-length", "transfer-encoding");

    private static final Form<String> COOKIE =
            Form.matching(TOKEN, "the name of a cookie (RFC 6265 §4.1.1), such as \"session_id\"");
    private static final Form<String> FIELD = Form.of(
            "the name of a field that stands for nothing else, such as \"X-Session\"",
            text -> text.matches(TOKEN) && !TAKEN.contains(text.toLowerCase(Locale.ROOT)) ? text : null);
    private static final Form<String> ORIGIN = Form.matching(
            "https?://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?",
            "an origin in lower case as browsers send it, such as \"https://shop.example\", without a path");

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration YEAR = Duration.ofDays(366);

    private SessionReader() {}

    static Session read(Section session) {
        String cookie = session.text("cookie", COOKIE, "");
        String field = session.text("header", FIELD, "");
        if (!cookie.isEmpty() && !field.isEmpty()) {
            session.problem("header", "none beside cookie: a session is carried in one place");
        } else if (!session.has("cookie") && !session.has("header")) {
            session.problem("cookie", "the name of the cookie that carries the session, or header");
        }
        Duration idle = session.duration("idle", Duration.ofHours(1), MINUTE, YEAR);
        Duration absolute = session.duration("absolute", Duration.ofHours(12), MINUTE, YEAR);
        if (absolute.compareTo(idle) < 0 && !session.isFaulty("idle") && !session.isFaulty("absolute")) {
            session.problem(session.has("absolute") ? "absolute" : "idle", "absolute to be at least as long as idle");
        }
        boolean csrf = session.flag("csrf", true);
        List<String> origins = session.someTexts("origins", ORIGIN, List.of());
        if (!field.isEmpty() && session.has("csrf") && csrf) {
            session.problem("csrf", "false, or none: no page of another site can send a field of its own");
        }
        return new Session(
                new SessionCarrier(cookie, field),
                idle,
                absolute,
                csrf,
                origins,
                session.duration("known_for", Duration.ofMinutes(5), Duration.ZERO, Duration.ofDays(1)));
    }
}
