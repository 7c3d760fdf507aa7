package app.rcommerce.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Target;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CacheKeysTest {

    private static final CacheKey PRIMARY = CacheKeys.primary("r", List.of("h"), new Target("/p", null));

    private static CacheKey variant(List<String> names, String... request) {
        return CacheKeys.variant(PRIMARY, names, 1, FieldList.of(request));
    }

    @Test
    void theSameRequestHasTheSameKey() {
        assertThat(CacheKeys.primary("r", List.of("Example.COM"), new Target("/p", "a=b")))
                .isEqualTo(CacheKeys.primary("r", List.of("example.com"), new Target("/p", "a=b")));
    }

    @Test
    void aPathThatLooksLikeAPathAndAQueryIsAnotherKey() {
        assertThat(CacheKeys.primary("r", List.of("h"), new Target("/p?a", null)))
                .isNotEqualTo(CacheKeys.primary("r", List.of("h"), new Target("/p", "a")));
    }

    @Test
    void keysStayWhatTheyAreOrStoredRepliesWouldBeLost() {
        String large = "x".repeat(700);
        assertThat(CacheKeys.primary(
                                "shop", Arrays.asList("http", "Shop.test:8080", null), new Target("/a/\u00e9", "q=1"))
                        .digest())
                .isEqualTo("37b51d5405953c636ea6f6d68ea9cc06d47b09f12690f466c652321d158c5b8e");
        assertThat(CacheKeys.primary("shop", List.of("http", "h"), new Target("/" + large, large))
                        .digest())
                .isEqualTo("9fa6f3373b2d4bff062482d9570bb60fdfa1e31bee430581720d081545d1b6a8");
    }

    @Test
    void anEmptyQueryIsNotNoQuery() {
        assertThat(CacheKeys.primary("r", List.of("h"), new Target("/p", ""))).isNotEqualTo(PRIMARY);
    }

    @Test
    void twoRoutesNeverShare() {
        assertThat(CacheKeys.primary("r2", List.of("h"), new Target("/p", null)))
                .isNotEqualTo(PRIMARY);
    }

    @Test
    void partsThatAreMovedBetweenPlacesGiveOtherKeys() {
        Random random = new Random(5);
        Map<CacheKey, String> seen = new HashMap<>();
        String alphabet = "ab:/_\u0000\ud800\u00e9?";
        for (int i = 0; i < 30_000; i++) {
            String[] parts = new String[4];
            for (int n = 0; n < 4; n++) {
                StringBuilder part = new StringBuilder();
                for (int k = random.nextInt(3); k > 0; k--) {
                    part.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                parts[n] = part.toString();
            }
            String query = random.nextInt(4) == 0 ? null : parts[3];
            String described = parts[0].length() + parts[0] + "|" + parts[1].length() + parts[1] + "|"
                    + parts[2].length() + parts[2] + "|" + (query == null ? "-" : "q" + query);
            CacheKey key = CacheKeys.primary(parts[0], List.of(parts[1]), new Target(parts[2], query));
            assertThat(seen.merge(key, described, (old, now) -> old)).isEqualTo(described);
        }
    }

    @Test
    void aCraftedValueCannotReachAnotherUsersVariant() {
        assertThat(variant(List.of("a", "b"), "a", "1::b=2", "b", ""))
                .isNotEqualTo(variant(List.of("a", "b"), "a", "1", "b", "2"));
        assertThat(variant(List.of("a"), "a", "x", "a", "y")).isNotEqualTo(variant(List.of("a"), "a", "x, y"));
        assertThat(variant(List.of("a"), "a", "")).isNotEqualTo(variant(List.of("a")));
        assertThat(variant(List.of("a"), "a", "1")).isNotEqualTo(variant(List.of("b"), "b", "1"));
        assertThat(variant(List.of("a"))).isNotEqualTo(PRIMARY);
    }

    @Test
    void variantsOfTwoTargetsDiffer() {
        CacheKey other = CacheKeys.primary("r", List.of("h"), new Target("/q", null));
        assertThat(CacheKeys.variant(other, List.of("a"), 1, FieldList.of())).isNotEqualTo(variant(List.of("a")));
        assertThat(CacheKeys.variant(PRIMARY, List.of("a"), 2, FieldList.of())).isNotEqualTo(variant(List.of("a")));
    }

    @Test
    void namesCountWithoutOrderCaseAndRepetition() {
        assertThat(variant(List.of("B", "a", "b"), "A", "1", "b", "2"))
                .isEqualTo(variant(List.of("a", "b"), "B", "2", "a", "1"));
    }

    @Test
    void whiteSpaceInListsMeansNothingButElsewhereItDoes() {
        assertThat(variant(List.of("accept-encoding"), "Accept-Encoding", "gzip ,  br"))
                .isEqualTo(variant(List.of("accept-encoding"), "Accept-Encoding", "gzip", "accept-encoding", "br"));
        assertThat(variant(List.of("accept"), "Accept", "a;x=\"1, 2\""))
                .isNotEqualTo(variant(List.of("accept"), "Accept", "a;x=\"1,2\""));
        assertThat(variant(List.of("x-store"), "X-Store", "a, b"))
                .isNotEqualTo(variant(List.of("x-store"), "X-Store", "a,b"));
    }

    @Test
    void anEmptyListIsNotAnAbsentOne() {
        assertThat(variant(List.of("accept"), "Accept", "")).isNotEqualTo(variant(List.of("accept")));
    }
}
