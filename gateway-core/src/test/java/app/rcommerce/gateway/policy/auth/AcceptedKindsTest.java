package app.rcommerce.gateway.policy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.policy.order.Chain;
import app.rcommerce.gateway.token.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which kinds of credentials a route accepts. */
class AcceptedKindsTest {

    private static final String CLIENT = "203.0.113.9";
    private static final String[] NOTHING = {};
    private static final String[] KEY = {"X-API-Key", Chain.KEY};
    private static final String[] KEY_AS_BEARER = {"Authorization", "Bearer " + Chain.KEY};
    private static final String[] TOKEN = {"Authorization", "Bearer " + Chain.TOKEN};
    private static final String[] BOTH = {"X-API-Key", Chain.KEY, "Authorization", "Bearer " + Chain.TOKEN};
    private static final String[] UNKNOWN_KEY = {"X-API-Key", "uNkNoWn1.key"};

    private final Chain chain = new Chain(toml("""
            [cache]
            consistency = "near"
            """));

    private static String toml(String more) {
        return """
            %s
            [auth.jwt]
            algorithms = ["HS256"]
            secret = "%s"
            [[auth.api_keys]]
            id = "erp"
            sha256 = "%s"
            [limits.user]
            key = "subject"
            rates = ["2/minute"]
            [upstreams.u]
            servers = ["http://127.0.0.1:8081"]
            [[routes]]
            name = "jwt"
            path = "/jwt"
            upstream = "u"
            auth = ["jwt"]
            limits = ["user"]
            [[routes]]
            name = "key"
            path = "/key"
            upstream = "u"
            auth = ["api_key"]
            [[routes]]
            name = "either"
            path = "/either"
            upstream = "u"
            auth = ["jwt", "api_key"]
            [[routes]]
            name = "jwt-or-none"
            path = "/jwt-or-none"
            upstream = "u"
            auth = ["jwt"]
            auth_optional = true
            [[routes]]
            name = "required"
            path = "/required"
            upstream = "u"
            auth = "required"
            """.formatted(more, Tokens.SECRET, Digests.sha256Hex(Chain.KEY));
    }

    @ParameterizedTest
    @CsvSource({
        "/jwt, 401 UNAUTHORIZED, 401 CREDENTIAL_NOT_ACCEPTED, forwarded, forwarded",
        "/key, 401 UNAUTHORIZED, forwarded, 401 CREDENTIAL_NOT_ACCEPTED, forwarded",
        "/either, 401 UNAUTHORIZED, forwarded, forwarded, forwarded",
        "/jwt-or-none, forwarded, 401 CREDENTIAL_NOT_ACCEPTED, forwarded, forwarded",
        "/required, 401 UNAUTHORIZED, forwarded, forwarded, forwarded",
    })
    void aRouteAcceptsTheKindsThatItNames(String path, String nothing, String key, String token, String both) {
        for (Chain each : List.of(chain, new Chain(toml("""
                [cache]
                cache_type = "Memory"
                consistency = "strict"
                """)))) {
            assertThat(each.get(CLIENT, path, NOTHING).told()).isEqualTo(nothing);
            assertThat(each.get(CLIENT, path, KEY).told()).isEqualTo(key);
            assertThat(each.get(CLIENT, path, KEY_AS_BEARER).told()).isEqualTo(key);
            assertThat(each.get(CLIENT, path, TOKEN).told()).isEqualTo(token);
            assertThat(each.get(CLIENT, path, BOTH).told()).isEqualTo(both);
        }
    }

    @Test
    void aKeyDoesNotGetAroundTheLimitOfUsers() {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            told.add(chain.get(CLIENT, "/jwt", KEY).told());
            told.add(chain.get(CLIENT, "/jwt", i == 1 ? BOTH : TOKEN).told());
        }
        assertThat(told)
                .containsExactly(
                        "401 CREDENTIAL_NOT_ACCEPTED",
                        "forwarded",
                        "401 CREDENTIAL_NOT_ACCEPTED",
                        "forwarded",
                        "401 CREDENTIAL_NOT_ACCEPTED",
                        "429 RATE_LIMIT_EXCEEDED");
    }

    @Test
    void whatIsPresentedBesideAnAcceptedKindIsVerifiedToo() {
        String[] badKey = {"X-API-Key", "uNkNoWn1.key", "Authorization", "Bearer " + Chain.TOKEN};
        assertThat(chain.get(CLIENT, "/jwt", badKey).told()).isEqualTo("401 API_KEY_INVALID");
        assertThat(chain.get(CLIENT, "/jwt", BOTH).call().caller().identifiers())
                .extracting(Object::toString)
                .containsExactly("key:erp", "user:42");
    }

    @Test
    void theClientIsToldWhichKindIsExpected() {
        Chain.Outcome key = chain.get(CLIENT, "/jwt", UNKNOWN_KEY);
        assertThat(key.body()).contains("A token is required at this address, not an API key alone.");
        assertThat(key.field("www-authenticate")).startsWith("Bearer realm=\"rcommerce\", error=\"invalid_token\"");
        assertThat(key.call().caller().identifiers()).isEmpty();
        assertThat(chain.get(CLIENT, "/key", TOKEN).body())
                .contains("An API key is required at this address, not a token alone.");
        assertThat(chain.decisions).containsExactly("auth kind_not_accepted", "auth kind_not_accepted");
        assertThat(chain.keysAsked).isZero();
    }
}
