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

    @Test
    void aPurgeInTheBackgroundIsAJobOfTheGatewaysOwnQueue() {
        Got ordered = post("/admin/v1/purge", "{\"path\":\"/api/v1/products/**\",\"background\":true}");

        assertThat(ordered.status()).isEqualTo(202);
        assertThat(ordered.json().path("queue").asString()).isEqualTo("gateway");
        assertThat(admin.woken).containsExactly("gateway");
        assertThat(admin.purges).as("purges by whom it was ordered").hasValue(0);
        String job = ordered.json().path("job_id").asString();
        assertThat(get("/admin/v1/jobs/" + job).json().toString())
                .contains("\"state\":\"ready\"", "\"payload\":{\"path\":\"/api/v1/products/**\"}");
        assertThat(get("/admin/v1/jobs/queues")
                        .json()
                        .path("queues")
                        .path(0)
                        .path("queue")
                        .asString())
                .isEqualTo("gateway");
    }

    @Test
    void nothingIsOrderedWhileTheStoreIsAway() {
        admin.storeAway = true;

        assertThat(post("/admin/v1/purge", "{\"all\":true,\"background\":true}").status())
                .isEqualTo(503);
        assertThat(admin.woken).isEmpty();
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
                "{\"all\":true,\"background\":\"no\"} | background: a text (expected: true or false)",
                "{\"path\":\"products\",\"background\":true} | path: \"products\" (expected: a path",
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
