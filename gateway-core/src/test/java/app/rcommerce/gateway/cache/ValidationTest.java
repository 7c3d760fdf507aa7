package app.rcommerce.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.HttpDate;
import app.rcommerce.gateway.http.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationTest {

    private static final long NOW = 1_767_225_600_000L;

    private static StoredReply stored(int status, String... fields) {
        return new StoredReply(
                "/p", status, FieldList.of(fields), new byte[] {1}, NOW - 9000, NOW + 1, List.of(), false);
    }

    private static boolean notModified(StoredReply stored, String... request) {
        return Validation.notModified(stored, FieldList.of(request), NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\"|\"a\"|true",
                "W/\"a\"|\"a\"|true",
                "\"a\"|W/\"a\"|true",
                "\"a\"|\"b\", W/\"a\"|true",
                "\"a,b\"|\"x\",\"a,b\"|true",
                "\"a\"|*|true",
                "\"a\"|\"b\"|false",
                "\"a\"|a|false",
                "\"a\"|\"A\"|false",
                "\"a\"|\"a|false",
                "\"a\"|\"b, a\"|false",
                "\"\"|\"\"|true",
                "a|a|false",
                "a|\"a\"|false",
            })
    void entityTagsAreComparedWeakly(String tag, String asked, boolean same) {
        assertThat(notModified(stored(200, "ETag", tag), "If-None-Match", asked))
                .isEqualTo(same);
    }

    @Test
    void everyLineOfTheListCounts() {
        assertThat(notModified(stored(200, "ETag", "\"a\""), "If-None-Match", "\"b\"", "If-None-Match", "\"a\""))
                .isTrue();
    }

    @Test
    void withoutATagOnlyTheStarMatches() {
        assertThat(notModified(stored(200), "If-None-Match", "\"a\"")).isFalse();
        assertThat(notModified(stored(200), "If-None-Match", "*")).isTrue();
    }

    @Test
    void aReplyThatIsNoSuccessIsSentWhole() {
        assertThat(notModified(stored(404, "ETag", "\"a\""), "If-None-Match", "\"a\""))
                .isFalse();
        assertThat(notModified(stored(301, "ETag", "\"a\""), "If-None-Match", "*"))
                .isFalse();
    }

    @Test
    void aDateCountsOnlyWhereThereIsNoTag() {
        StoredReply stored = stored(200, "ETag", "\"a\"", "Last-Modified", HttpDate.format(NOW - 60_000));
        String later = HttpDate.format(NOW);
        assertThat(notModified(stored, "If-Modified-Since", later)).isTrue();
        assertThat(notModified(stored, "If-Modified-Since", HttpDate.format(NOW - 60_000)))
                .isTrue();
        assertThat(notModified(stored, "If-Modified-Since", HttpDate.format(NOW - 61_000)))
                .isFalse();
        assertThat(notModified(stored, "If-Modified-Since", later, "If-None-Match", "\"b\""))
                .isFalse();
        assertThat(notModified(stored, "If-Modified-Since", "yesterday")).isFalse();
        assertThat(notModified(stored, "If-Modified-Since", later, "If-Modified-Since", later))
                .isFalse();
    }

    @Test
    void theDateStandsInForAMissingLastModified() {
        StoredReply stored = stored(200, "Date", HttpDate.format(NOW - 9000));
        assertThat(notModified(stored, "If-Modified-Since", HttpDate.format(NOW)))
                .isTrue();
        assertThat(notModified(stored, "If-Modified-Since", HttpDate.format(NOW - 20_000)))
                .isFalse();
    }

    @Test
    void a304HasTheFieldsThatItMustHaveAndNoneOfTheContent() {
        Reply reply = Validation.notModifiedReply(
                stored(
                        200,
                        "ETag",
                        "\"a\"",
                        "Cache-Control",
                        "max-age=1",
                        "Content-Location",
                        "/x",
                        "Date",
                        "d",
                        "Expires",
                        "e",
                        "Vary",
                        "Accept",
                        "Last-Modified",
                        "l",
                        "Content-Type",
                        "text/plain",
                        "Content-Encoding",
                        "gzip",
                        "Access-Control-Allow-Origin",
                        "*"),
                NOW);
        assertThat(reply.status()).isEqualTo(304);
        assertThat(reply.body()).isEmpty();
        assertThat(reply.fields().stream().map(Field::name))
                .containsExactly(
                        "ETag",
                        "Cache-Control",
                        "Content-Location",
                        "Date",
                        "Expires",
                        "Vary",
                        "Last-Modified",
                        "Access-Control-Allow-Origin",
                        "age");
        assertThat(reply.fields()).contains(new Field("age", "9"));
    }

    @Test
    void aRequestForAnythingNewIsNotAnsweredWithAnEmpty304() {
        assertThat(notModified(stored(200, "ETag", "\"a\""), "Cache-Control", "no-cache"))
                .isFalse();
    }
}
