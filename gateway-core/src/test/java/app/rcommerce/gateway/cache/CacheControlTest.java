package app.rcommerce.gateway.cache;

import static app.rcommerce.gateway.cache.CacheControl.ABSENT;
import static app.rcommerce.gateway.cache.CacheControl.LONGEST;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheControlTest {

    private static CacheControl of(String... lines) {
        String[] fields = new String[lines.length * 2];
        for (int i = 0; i < lines.length; i++) {
            fields[2 * i] = "cache-control";
            fields[2 * i + 1] = lines[i];
        }
        return CacheControl.of(FieldList.of(fields));
    }

    @Test
    void everyDirectiveOfEveryLineCounts() {
        CacheControl control = of("no-cache, no-store", "private", "Public ,MUST-REVALIDATE", "max-age=5,s-maxage=7");
        assertThat(control).isEqualTo(new CacheControl(true, true, true, true, true, true, false, 5, 7, ABSENT));
    }

    @Test
    void aMessageWithoutDirectivesSaysNothing() {
        assertThat(CacheControl.of(FieldList.of())).isSameAs(CacheControl.NONE);
        assertThat(of("", " , ,").present()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=60|60",
                "max-age=\"60\"|60",
                "max-age = 60|60",
                "MAX-AGE=60|60",
                "max-age=0|0",
                "max-age=00060|60",
                "max-age|0",
                "max-age=|0",
                "max-age=-1|0",
                "max-age=1.5|0",
                "max-age=60s|0",
                "max-age=0x10|0",
                "max-age=\"60|0",
                "max-age=60, max-age=10|10",
                "max-age=10, max-age=60|10",
                "max-age=10, max-age=no|0",
                "max-age=2147483648|2147483648",
                "max-age=99999999999999999999999999|2147483648",
                "smax-age=60|-1",
                "extension=\"max-age=60\"|-1",
            })
    void aDoubtfulMaxAgeIsReadTowardsStale(String line, long seconds) {
        assertThat(of(line).maxAge()).isEqualTo(seconds);
    }

    @Test
    void aDirectiveInsideAQuotedStringIsNone() {
        CacheControl control = of("community=\"UCI, no-store, \\\", private\", max-age=9");
        assertThat(control.noStore()).isFalse();
        assertThat(control.isPrivate()).isFalse();
        assertThat(control.maxAge()).isEqualTo(9);
    }

    @Test
    void aQuoteThatNeverClosesHidesNothing() {
        assertThat(of("x=\"abc, no-store").noStore()).isTrue();
        assertThat(of("private=\"set-cookie, max-age=60").isPrivate()).isTrue();
    }

    @Test
    void fieldNamesDoNotNarrowPrivateAndNoCache() {
        assertThat(of("private=\"X-Account\"").isPrivate()).isTrue();
        assertThat(of("no-cache=\"Set-Cookie\"").noCache()).isTrue();
    }

    @Test
    void anInvalidMinFreshIsForEver() {
        assertThat(of("min-fresh=x").minFresh()).isEqualTo(LONGEST);
        assertThat(of("min-fresh=5, min-fresh=9").minFresh()).isEqualTo(9);
    }

    @Test
    void theTargetedFieldIsADictionary() {
        CacheControl control =
                CacheControl.targeted(FieldList.of("CDN-Cache-Control", "max-age=60", "cdn-cache-control", "public"));
        assertThat(control).isNotNull();
        assertThat(control.maxAge()).isEqualTo(60);
        assertThat(control.isPublic()).isTrue();
    }

    @Test
    void anInvalidOrEmptyTargetedFieldIsIgnored() {
        assertThat(CacheControl.targeted(FieldList.of("CDN-Cache-Control", "max-age=60,")))
                .isNull();
        assertThat(CacheControl.targeted(FieldList.of("CDN-Cache-Control", ""))).isNull();
        assertThat(CacheControl.targeted(FieldList.of())).isNull();
    }

    @Test
    void aTargetedMaxAgeOfTheWrongTypeIsZero() {
        for (String value : new String[] {"max-age=\"60\"", "max-age", "max-age=6.5", "max-age=-1"}) {
            CacheControl control = CacheControl.targeted(FieldList.of("CDN-Cache-Control", value));
            assertThat(control).isNotNull();
            assertThat(control.maxAge()).as(value).isZero();
        }
    }

    @Test
    void noTextMakesItThrowAndANoStoreInFrontIsNeverLost() {
        Random random = new Random(23);
        String alphabet = "ab=,\"\\ 01é\t;";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder("no-store,");
            for (int n = random.nextInt(15); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(of(text.toString()).noStore()).as(text.toString()).isTrue();
        }
    }
}
