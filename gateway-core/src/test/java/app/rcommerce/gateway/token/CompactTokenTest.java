package app.rcommerce.gateway.token;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompactTokenTest {

    /** {@code {}} in base64url. */
    private static final String EMPTY = "e30";

    @Test
    void threePartsMakeATokenOfWhichOnlyTheLastMayBeEmpty() {
        CompactToken token = CompactToken.parse(EMPTY + ".aaaa.bbbb");
        assertThat(token.payload()).isEqualTo("aaaa");
        assertThat(token.signature()).isEqualTo("bbbb");
        assertThat(token.signingInput()).isEqualTo(EMPTY + ".aaaa");
        assertThat(CompactToken.parse(EMPTY + ".AA.").signature()).isEmpty();
        for (String text : new String[] {
            "",
            ".",
            "..",
            EMPTY,
            EMPTY + ".",
            EMPTY + ".aaaa",
            EMPTY + "..bbbb",
            ".aaaa.bbbb",
            EMPTY + ".aaaa.bbbb.",
            EMPTY + ".aaaa.bbbb.cccc",
            EMPTY + ".a.bbbb",
            EMPTY + ".aaaa.b",
            EMPTY + ".aa=.bbbb",
            "aaaa.aaaa.bbbb"
        }) {
            assertThat(CompactToken.parse(text)).as(text).isNull();
        }
    }

    @Test
    void aTextIsCanonicalWithoutPaddingForeignCharactersAndStrayBits() {
        for (String text : new String[] {"", "AA", "AQ", "Ag", "Aw", "AAA", "AAE", "AAAA", "AAAB", "-_-_", "zZ09"}) {
            assertThat(CompactToken.isCanonical(text)).as(text).isTrue();
        }
        for (String text :
                new String[] {"A", "AB", "AP", "AAB", "AAC", "AAD", "AAAAA", "AA==", "AA+/", "AA\u0080A", "AA\u007fA"
                }) {
            assertThat(CompactToken.isCanonical(text)).as(text).isFalse();
        }
    }
}
