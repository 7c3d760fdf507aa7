package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.SessionId;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Login sessions by the admin port. */
class AdminSessionsIT extends AdminFixture {

    private boolean isKnown(String id) {
        return admin.nearSessions
                        .find(new SessionId(id), Duration.ZERO)
                        .toCompletableFuture()
                        .join()
                != null;
    }

    private String create(String content) {
        Got made = post("/admin/v1/sessions", content);
        assertThat(made.status()).isEqualTo(200);
        return made.json().path("id").asString();
    }

    @Test
    void aSessionIsMadeListedAndEnded() {
        Got made = post("/admin/v1/sessions", "{\"user\":\"ana\",\"scopes\":\"orders:read cart\",\"for\":\"2h\"}");
        String id = made.json().path("id").asString();
        String digest = made.json().path("session").asString();
        assertThat(made.json().path("user").asString()).isEqualTo("user:ana");
        assertThat(made.json().path("for_seconds").asLong()).isEqualTo(7200);
        assertThat(digest).isEqualTo(new SessionId(id).digest());
        assertThat(isKnown(id)).isTrue();

        Got listed = get("/admin/v1/sessions?user=user:ana");
        assertThat(listed.response().body()).doesNotContain(id);
        assertThat(listed.json().at("/sessions/0/session").asString()).isEqualTo(digest);
        assertThat(listed.json().at("/sessions/0/remaining_seconds").asLong()).isEqualTo(7200);
        assertThat(get("/admin/v1/sessions?user=user:ben").json().path("sessions"))
                .isEmpty();

        assertThat(post("/admin/v1/sessions/end", "{\"session\":\"" + digest + "\"}")
                        .json()
                        .path("ended")
                        .asInt())
                .isEqualTo(1);
        assertThat(isKnown(id)).isFalse();
        assertThat(post("/admin/v1/sessions/end", "{\"session\":\"" + digest + "\"}")
                        .json()
                        .path("ended")
                        .asInt())
                .isZero();
    }

    @Test
    void allSessionsOfAUserAreEnded() {
        String one = create("{\"user\":\"ana\"}");
        String two = create("{\"user\":\"ana\"}");
        String other = create("{\"user\":\"ben\"}");
        assertThat(isKnown(one) && isKnown(two) && isKnown(other)).isTrue();
        assertThat(post("/admin/v1/sessions/end", "{\"user\":\"user:ana\"}")
                        .json()
                        .path("ended")
                        .asInt())
                .isEqualTo(2);
        assertThat(isKnown(one) || isKnown(two)).isFalse();
        assertThat(isKnown(other)).isTrue();
        assertThat(post("/admin/v1/sessions/end", "{\"session\":\"" + other + "\"}")
                        .json()
                        .path("ended")
                        .asInt())
                .isEqualTo(1);
        assertThat(isKnown(other)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/admin/v1/sessions | {} | user: missing",
                "/admin/v1/sessions | {\"user\":\" \"} | user: \" \"",
                "/admin/v1/sessions | {\"user\":\"a\",\"scopes\":\"a\\nb\"} | scopes: 3 characters",
                "/admin/v1/sessions | {\"user\":\"a\",\"for\":\"0s\"} | for: \"0s\"",
                "/admin/v1/sessions/end | {} | neither",
                "/admin/v1/sessions/end | {\"user\":\"user:a\",\"session\":\"x\"} | both",
                "/admin/v1/sessions/end | {\"user\":\"a\"} | subject: \"a\"",
                "/admin/v1/sessions/end | {\"session\":\"a secret\"} | session: 8 characters"
            })
    void whatIsWrongIsNamed(String path, String content, String named) {
        Got got = post(path, content);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.message()).contains(named).doesNotContain("secret");
    }
}
