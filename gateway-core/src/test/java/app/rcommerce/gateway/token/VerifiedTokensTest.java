package app.rcommerce.gateway.token;

import static app.rcommerce.gateway.token.Tokens.CLAIMS;
import static app.rcommerce.gateway.token.Tokens.NOW;
import static app.rcommerce.gateway.token.Tokens.SECRET;
import static app.rcommerce.gateway.token.Tokens.hs256;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.token.Verification.Reason;
import app.rcommerce.gateway.token.Verification.Rejected;
import app.rcommerce.gateway.token.Verification.Verified;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {

    private static final TokenRules RULES =
            new TokenRules(Set.of("HS256"), "rcommerce", "rcommerce-api", Duration.ofSeconds(30), Set.of("access"));
    private static final long EXPIRES = 1_767_229_200_000L;

    private final KeySet keys = KeySet.ofSecret(SECRET.getBytes(UTF_8));
    private final VerifiedTokens tokens = new VerifiedTokens(new JwtVerifier(RULES));
    private final String token = hs256(CLAIMS);

    private Verification check(String compact, KeySet with, long nowMillis) {
        Verification known = tokens.find(compact, with, nowMillis);
        return known != null ? known : tokens.verify(compact, with, nowMillis);
    }

    @Test
    void aGoodTokenIsVerifiedOnce() {
        Verification first = check(token, keys, NOW);
        assertThat(first).isInstanceOf(Verified.class);
        assertThat(check(new String(token.toCharArray()), keys, NOW + 1_000)).isSameAs(first);
    }

    @Test
    void noTokenOutlivesItsExpiry() {
        check(token, keys, NOW);
        assertThat(check(token, keys, EXPIRES - 1)).isInstanceOf(Verified.class);
        assertThat(check(token, keys, EXPIRES + 29_999)).isInstanceOf(Verified.class);
        assertThat(check(token, keys, EXPIRES + 30_001)).isEqualTo(new Rejected(Reason.EXPIRED));
    }

    @Test
    void noTokenOutlivesItsKeys() {
        check(token, keys, NOW);
        KeySet others = KeySet.ofSecret("another secret of at least 32 characters".getBytes(UTF_8));
        assertThat(check(token, others, NOW)).isEqualTo(new Rejected(Reason.SIGNATURE));
        assertThat(check(token, keys, NOW)).isInstanceOf(Verified.class);
    }

    @Test
    void tenThousandTokensAreRememberedAtMost() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 11_000; i++) {
            String one = hs256(CLAIMS.replaceFirst("\\{", "{\"jti\":\"" + i + "\","));
            assertThat(check(one, keys, NOW)).isInstanceOf(Verified.class);
            all.add(one);
        }
        assertThat(all.stream()
                        .filter(one -> tokens.find(one, keys, NOW) != null)
                        .count())
                .isBetween(9_000L, 10_000L);
    }

    @Test
    void aTokenThatDiffersAnywhereIsAnotherToken() {
        check(token, keys, NOW);
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(check(changed, keys, NOW)).as("character %d", i).isInstanceOf(Rejected.class);
        }
    }

    @Test
    void aBadTokenIsRefusedEachTime() {
        String bad = token.substring(0, token.length() - 4) + "AAAA";
        for (int i = 0; i < 3; i++) {
            assertThat(check(bad, keys, NOW)).isEqualTo(new Rejected(Reason.SIGNATURE));
        }
    }

    @Test
    void whatABadSignatureSaysIsNotRemembered() {
        String bad = token.substring(0, token.length() - 4) + "AAAA";
        check(bad, keys, NOW);
        assertThat(tokens.find(bad, keys, NOW)).isNull();
    }

    @Test
    void aTokenThatHasExpiredIsVerifiedOnceMoreAndThenKnown() {
        check(token, keys, NOW);
        check(token, keys, EXPIRES + 30_001);
        assertThat(tokens.find(token, keys, EXPIRES + 30_002)).isEqualTo(new Rejected(Reason.EXPIRED));
    }

    @Test
    void aTokenForSomebodyElseIsVerifiedOnce() {
        String foreign = hs256(CLAIMS.replace("\"rcommerce-api\"", "\"another-api\""));
        assertThat(check(foreign, keys, NOW)).isEqualTo(new Rejected(Reason.AUDIENCE));
        assertThat(tokens.find(foreign, keys, NOW)).isEqualTo(new Rejected(Reason.AUDIENCE));
    }

    @Test
    void aTokenThatIsNotYetValidIsLookedAtAgain() {
        check(token, keys, NOW - 3_600_000);
        assertThat(tokens.find(token, keys, NOW - 3_600_000)).isNull();
        assertThat(check(token, keys, NOW)).isInstanceOf(Verified.class);
    }
}
