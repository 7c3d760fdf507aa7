package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Purges by the admin port. */
class AdminPurgeIT extends AdminFixture {

    @Test
    void aPurgeTellsHowManyAndRunsWhatFollows() {
        assertThat(post("/admin/v1/purge", "{\"path\":\"/api/v1/products/**\"}")
                        .json()
                        .toString())
                .isEqualTo("{\"purged\":0}");
        assertThat(post("/admin/v1/purge", "{\"all\":true}").status()).isEqualTo(200);
        // Before and after each of the two.
        assertThat(admin.purges).hasValue(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | content: neither (expected: one of path and all = true)",
                "{\"all\":false} | content: neither",
                "{\"all\":true,\"path\":\"/a\"} | content: both",
                "{\"all\":\"yes\"} | all: a text (expected: true or false)",
                "{\"path\":\"products\"} | path: \"products\" (expected: a path of literal segments",
                "{\"path\":\"/a/**/b\"} | path: \"/a/**/b\""
            })
    void aBadPurgeIsRefusedByName(String content, String message) {
        Got got = post("/admin/v1/purge", content);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.message()).contains(message);
        assertThat(admin.purges).hasValue(0);
    }
}
