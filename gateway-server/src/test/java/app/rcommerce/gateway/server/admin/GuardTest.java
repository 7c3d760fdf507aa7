package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.http.FieldList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:9090",
                "127.0.0.1",
                "127.0.0.1:9090",
                "[::1]",
                "[::1]:9090",
                "192.168.1.5:9090"
            })
    void localhostAndAddressesAreLocal(String host) {
        assertThat(Guard.isLocal(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "127.1", "0x7f000001", "2130706433",
                "[::1", "[::1]x", "[evil]", "localhost:port", "localhost:1:2", "user@localhost", "::1:9090"
            })
    void namesAreNotLocal(String host) {
        assertThat(Guard.isLocal(host)).isFalse();
    }

    @Test
    void theTokenIsTakenFromOneFieldOnly() {
        Guard guard = new Guard(new Secret("0123456789abcdef"));
        assertThatCode(() -> guard.admit(FieldList.of("Authorization", "Bearer 0123456789abcdef")))
                .doesNotThrowAnyException();
        assertThatCode(() -> guard.admit(FieldList.of("authorization", "bearer  0123456789abcdef ")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> guard.admit(FieldList.of(
                        "Authorization", "Bearer 0123456789abcdef", "Authorization", "Bearer 0123456789abcdef")))
                .isInstanceOf(RequestRefused.class);
        assertThatThrownBy(() -> guard.admit(FieldList.of("Authorization", "Bearer 0123456789abcdeg")))
                .isInstanceOf(RequestRefused.class)
                .hasMessageNotContaining("0123456789");
    }

    @Test
    void aPageOfThisVeryPortMayAskButNoOther() {
        Guard guard = new Guard(null);
        assertThatCode(() -> guard.admit(FieldList.of("Host", "localhost", "Sec-Fetch-Site", "none")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> guard.admit(FieldList.of("Host", "localhost", "Sec-Fetch-Site", "same-site")))
                .isInstanceOf(RequestRefused.class);
    }
}
