package app.rcommerce.gateway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.Secret;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedKeyTest {

    private static final byte[] KEY = {1, 2, 3};

    private final SealedKey sealed = new SealedKey(new Secret("a secret"), new SecureRandom());

    @Test
    void whatWasSealedIsOpenedUnderTheSameSecretForTheSamePeriodAlone() {
        String text = sealed.seal(KEY, 7);

        assertThat(sealed.open(text, 7)).isEqualTo(KEY);
        assertThat(sealed.open(text, 8)).isNull();
        assertThat(new SealedKey(new Secret("another"), new SecureRandom()).open(text, 7))
                .isNull();
    }

    @Test
    void noBitMayBeChanged() {
        byte[] bytes = Base64.getDecoder().decode(sealed.seal(KEY, 7));
        for (int at = 0; at < bytes.length; at++) {
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            assertThat(sealed.open(Base64.getEncoder().encodeToString(changed), 7))
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "%%%", "AAAA", "AAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAA"})
    void whatNobodySealedIsNotOpened(String text) {
        assertThat(sealed.open(text, 7)).isNull();
    }

    @Test
    void theSameKeyLooksDifferentEachTime() {
        assertThat(sealed.seal(KEY, 7)).isNotEqualTo(sealed.seal(KEY, 7));
    }
}
