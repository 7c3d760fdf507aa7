package app.rcommerce.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CombinationTest {

    private static String text(Combination combination) {
        return combination.identifier().toString();
    }

    @Test
    void plainValuesAreSeenAndFieldsNever() {
        assertThat(text(new Combination().addClaim("plan", "free"))).isEqualTo("by:claim.plan=free");
        assertThat(text(new Combination().addPath("shop", "a%20b"))).matches("by:path.shop=~[A-Za-z0-9_-]{22}");
        assertThat(text(new Combination().addHeader("Authorization", "Bearer secret")))
                .matches("by:header.authorization=~[A-Za-z0-9_-]{22}");
        assertThat(text(new Combination().addHeader("X-Tenant", "").add(Identifier.ip("203.0.113.9"))))
                .isEqualTo("by:header.x-tenant=,ip=203.0.113.9");
        assertThat(text(new Combination().add(Identifier.user("a b")).add(Identifier.ip("2001:db8::/64"))))
                .matches("by:sha256:[0-9a-f]{64}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "by:header.X-Tenant=acme,ip=203.0.113.9 | header.x-tenant, ip",
                "by:header.x-tenant= | header.x-tenant",
                "by:claim.plan=free,user=42 | claim.plan, user",
                "by:path.shop=a b | path.shop",
                "by:ip=2001:db8::1,path.shop=1 | ip, path.shop",
                "by:key=erp,path.shop=1 | key, path.shop",
            })
    void anOperatorsTextIsReadIntoTheOneForm(String written, String names) {
        Identifier identifier = Identifier.parseCounted(written);
        assertThat(identifier.kind()).isEqualTo(Identifier.Kind.BY);
        assertThat(Combination.names(identifier)).isEqualTo(List.of(names.split(", ")));
        assertThat(Identifier.parseCounted(identifier.toString())).isEqualTo(identifier);
        assertThat(Identifier.parse(written)).as("nobody is blocked by it").isNull();
    }

    @Test
    void whatIsReadIsWhatIsCounted() {
        assertThat(Identifier.parseCounted("by:header.X-Tenant=acme,ip=2001:db8::1"))
                .isEqualTo(new Combination()
                        .addHeader("x-tenant", "acme")
                        .add(Identifier.ip("2001:db8::/64"))
                        .identifier());
        Identifier wide = new Combination()
                .add(Identifier.user("a b"))
                .addClaim("plan", "free")
                .identifier();
        assertThat(Identifier.parseCounted("by:user=a b,claim.plan=free")).isEqualTo(wide);
        assertThat(Identifier.parseCounted(wide.toString())).isEqualTo(wide);
        assertThat(Combination.names(wide)).isEmpty();
        assertThat(Identifier.parseCounted("ip:1.2.3.4")).isEqualTo(Identifier.ip("1.2.3.4"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "by:",
                "by:x",
                "by:=x",
                "by:x=1",
                "by:ip=host",
                "by:ip=1.2.3.4,",
                "by:claim.a,b=1",
                "by:user=",
                "by:a b=1"
            })
    void whatIsNoneIsRefused(String written) {
        assertThat(Identifier.parseCounted(written)).isNull();
    }

    @Test
    void noTwoListsOfValuesShareAnIdentifier() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "ab=,~.:{} sha256\u00e9";
        Map<String, List<String>> seen = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            List<String> values = List.of(value(random, alphabet), value(random, alphabet));
            String text = text(new Combination().addClaim("a", values.get(0)).addPath("b", values.get(1)));
            List<String> other = seen.putIfAbsent(text, values);
            assertThat(other == null || other.equals(values))
                    .as("seed %s: %s and %s", seed, other, values)
                    .isTrue();
            assertThat(text).hasSizeLessThan(100).matches("by:[A-Za-z0-9_.@+~=,:-]+");
        }
    }

    private static String value(Random random, String alphabet) {
        StringBuilder value = new StringBuilder();
        for (int length = random.nextInt(8) == 0 ? random.nextInt(150) : random.nextInt(4); length > 0; length--) {
            value.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return value.toString();
    }
}
