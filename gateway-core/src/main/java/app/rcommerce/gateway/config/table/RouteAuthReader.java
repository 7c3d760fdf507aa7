package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Nearest;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.config.read.Section.Element;
import app.rcommerce.gateway.route.Route.Auth;
import app.rcommerce.gateway.route.Route.CredentialKind;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a route requires of its callers' credentials: {@code auth} as a word for any kind of credential or as a
 * list of kinds, {@code auth_optional} and {@code strip_credentials}.
 */
final class RouteAuthReader {

    private static final Map<String, Auth> WORDS = words();
    private static final Form<CredentialKind> KIND = Form.words(CredentialKind.class);

    private final Section route;
    private final Set<CredentialKind> verified;

    /**
     * A reader of this route.
     *
     * @param verified the kinds of credentials that can be verified
     */
    RouteAuthReader(Section route, Set<CredentialKind> verified) {
        this.route = route;
        this.verified = verified;
    }

    private static Map<String, Auth> words() {
        Map<String, Auth> words = new LinkedHashMap<>();
        words.put("none", Auth.NONE);
        words.put("optional", Auth.OPTIONAL);
        words.put("required", Auth.REQUIRED);
        return words;
    }

    Auth read() {
        Auth auth = route.isList("auth") ? listed() : worded();
        boolean strip = route.flag("strip_credentials", false);
        if (strip && !auth.isVerified() && !route.isFaulty("auth")) {
            route.problem("strip_credentials", "none, or auth other than \"none\", which verifies no credential");
        }
        return auth.stripped(strip);
    }

    private Auth worded() {
        Auth auth = route.text("auth", new Word(), Auth.NONE);
        if (auth.isRequired() && verified.isEmpty()) {
            route.problem(
                    "auth",
                    "credentials in [auth.jwt], [auth.session] or [[auth.api_keys]]: without any, nobody could pass this route");
        }
        if (route.has("auth_optional") && !route.isFaulty("auth")) {
            route.problem("auth_optional", "none, or a list of kinds in auth, such as auth = [\"jwt\"]");
        }
        return auth;
    }

    private Auth listed() {
        List<Element<CredentialKind>> kinds = route.elements("auth", KIND);
        route.needElements("auth", "at least one element, each " + KIND.expected(""));
        for (Element<CredentialKind> kind : kinds) {
            if (!verified.contains(kind.value())) {
                route.problem(
                        kind,
                        switch (kind.value()) {
                            case JWT -> "a table [auth.jwt], without which no token could be verified";
                            case SESSION -> "a table [auth.session], without which no session could be looked up";
                            case API_KEY -> "at least one of [[auth.api_keys]], without which no key could be verified";
                        });
            }
        }
        Set<CredentialKind> accepted = EnumSet.noneOf(CredentialKind.class);
        kinds.forEach(kind -> accepted.add(kind.value()));
        return route.flag("auth_optional", false) ? Auth.optional(accepted) : Auth.required(accepted);
    }

    /** One of the words, each of which stands for any kind of credential. */
    private record Word() implements Form<Auth> {

        @Override
        public @Nullable Auth read(String text) {
            return WORDS.get(text);
        }

        @Override
        public String expected(String text) {
            return KIND.read(text) == null
                    ? Nearest.expected(text, WORDS.keySet()) + "; or a list of kinds, such as [\"jwt\", \"api_key\"]"
                    : "a list of kinds: [\"" + text + "\"]";
        }
    }
}
