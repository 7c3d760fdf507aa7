package app.rcommerce.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {

    @ParameterizedTest
    @CsvSource({
        "'', '', ''",
        "shop.test, shop.test, shop.test",
        "SHOP.Test:8080, shop.test, shop.test:8080",
        "shop.test., shop.test, shop.test",
        "shop.test.:80, shop.test, shop.test:80",
        "shop.test:, shop.test, shop.test",
        "shop.test:0080, shop.test, shop.test:80",
        "shop.test:00000000000080, shop.test, shop.test:80",
        "localhost, localhost, localhost",
        "127.0.0.1:1, 127.0.0.1, 127.0.0.1:1",
        "[::1]:8, [::1], [::1]:8",
        "[0:0:0:0:0:0:0:1], [::1], [::1]",
        "[2001:DB8::A], [2001:db8::a], [2001:db8::a]",
        "a_b-c~d, a_b-c~d, a_b-c~d",
        "1.shop, 1.shop, 1.shop",
        "0xshop.test, 0xshop.test, 0xshop.test",
    })
    void aHostHasOneNormalForm(String text, String host, String whole) {
        assertThat(Authority.parse(text).host()).isEqualTo(host);
        assertThat(Authority.parse(text)).hasToString(whole);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "a..b",
                ".a",
                "a:b",
                "a:1:2",
                "a:65536",
                "a:-1",
                "a b",
                "a/b",
                "a@b",
                "a%41",
                "[::1",
                "::1",
                "[::1]x",
                "[a]",
                "[127.0.0.1]",
                "[]",
                ":80",
                "127.1",
                "0x7f.1",
                "2130706433",
                "0177.0.0.1",
                "127.0.0.01",
                "1.2.3.4.5",
                "127.0.0.1.1",
                "0x7f000001",
                "é",
                "[fe80::1%eth0]"
            })
    void whatAnotherServerCouldTakeForAnotherHostIsRefused(String text) {
        assertThat(Authority.parse(text)).isNull();
    }
}
