package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What strangers can make the admin port hold. */
class AdminFloodIT {

    private static final RunningAdmin ADMIN = new RunningAdmin(RunningAdmin.TOKEN);
    private static final String STATUS =
            "GET /admin/v1/status HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + RunningAdmin.TOKEN + "\r\n\r\n";

    @AfterAll
    static void close() {
        ADMIN.close();
    }

    @Test
    void whoHasNoTokenIsAnsweredBeforeItsContent() throws Exception {
        for (String token : List.of("", "Authorization: Bearer wrong-token-of-a-stranger\r\n")) {
            try (RawClient stranger = new RawClient(ADMIN.port())) {
                stranger.send(
                        "POST /admin/v1/blocks HTTP/1.1\r\nHost: a\r\n" + token + "Content-Length: 1000000\r\n\r\n");
                RawClient.Answer answer = stranger.read();
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.field("connection")).isEqualTo("close");
                assertThat(stranger.isEnded()).isTrue();
            }
        }
        assertThat(ADMIN.metrics.scrape("").text()).containsPattern("gateway_admin_refused_total [1-9]");
    }

    @Test
    void whatFollowsARefusedRequestIsNotServed() throws Exception {
        try (RawClient stranger = new RawClient(ADMIN.port())) {
            stranger.send("GET /admin/v1/status HTTP/1.1\r\nHost: a\r\n\r\n" + STATUS);
            assertThat(stranger.read().status()).isEqualTo(401);
            assertThat(stranger.isEnded()).isTrue();
        }
    }

    @Test
    void contentBeyondTheBoundIsRefusedEvenFromAnOperator() throws Exception {
        for (int bytes : new int[] {Intake.MOST_BYTES, Intake.MOST_BYTES + 1}) {
            try (RawClient operator = new RawClient(ADMIN.port())) {
                operator.send("POST /admin/v1/blocks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + RunningAdmin.TOKEN
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes + "\r\n\r\n"
                        + " ".repeat(bytes));
                assertThat(operator.read().status()).isEqualTo(bytes == Intake.MOST_BYTES ? 400 : 413);
            }
        }
    }

    @Test
    void connectionsAreBoundedAndTheSilentMakeRoom() throws Exception {
        List<RawClient> silent = new ArrayList<>();
        try (RawClient operator = new RawClient(ADMIN.port())) {
            for (int i = 0; i < 200; i++) {
                silent.add(new RawClient(ADMIN.port()));
                if (i % 20 == 0) {
                    assertThat(operator.send(STATUS).read().status()).isEqualTo(200);
                }
            }
            assertThat(operator.send(STATUS).read().status())
                    .as("who talks stays")
                    .isEqualTo(200);
            assertThat(silent.getFirst().isEnded())
                    .as("the first of the silent is closed")
                    .isTrue();
            try (RawClient late = new RawClient(ADMIN.port())) {
                assertThat(late.send(STATUS).read().status()).isEqualTo(200);
            }
        } finally {
            for (RawClient client : silent) {
                client.close();
            }
        }
    }

    @Test
    void thePortHasAnEventLoopOfItsOwn() throws Exception {
        try (RawClient operator = new RawClient(ADMIN.port())) {
            assertThat(operator.send(STATUS).read().status()).isEqualTo(200);
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .anyMatch(thread -> thread.getName().startsWith("admin-"));
    }
}
