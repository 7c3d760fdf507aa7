package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.socket.SocketRecord;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WebSockets by the admin port. */
class AdminSocketsIT extends AdminFixture {

    private static final String ONE = "0123456789abcdef0123456789abcdef";
    private static final String TWO = "fedcba9876543210fedcba9876543210";

    private void save(String id, @Nullable Identifier user, String address, String node) {
        admin.stores
                .sockets()
                .save(
                        new SocketRecord(
                                id,
                                "a1",
                                user,
                                address,
                                "live",
                                node,
                                1_767_225_600_000L,
                                1_767_225_601_000L,
                                List.of("order_updates"),
                                new SocketRecord.Passed(1, 2, 3, 4)),
                        Duration.ofHours(1));
    }

    @Test
    void socketsAreListedAndShown() {
        save(ONE, Identifier.user("ana"), "203.0.113.9", "web-1/42");
        save(TWO, null, "2001:db8::1", "");
        Got all = get("/admin/v1/sockets");
        assertThat(all.json().path("sockets")).hasSize(2);
        assertThat(all.json().path("truncated").asBoolean()).isFalse();
        assertThat(get("/admin/v1/sockets?user=user:ana")
                        .json()
                        .at("/sockets/0/session")
                        .asString())
                .isEqualTo(ONE);
        assertThat(get("/admin/v1/sockets?address=2001:db8:0::1")
                        .json()
                        .at("/sockets/0/session")
                        .asString())
                .isEqualTo(TWO);
        assertThat(get("/admin/v1/sockets?user=key:erp").json().path("sockets")).isEmpty();
        Got one = get("/admin/v1/sockets/" + ONE);
        assertThat(one.json().path("user").asString()).isEqualTo("user:ana");
        assertThat(one.json().path("node").asString()).isEqualTo("web-1/42");
        assertThat(one.json().path("last_activity").asString()).isEqualTo("2026-01-01T00:00:01Z");
        assertThat(one.json().at("/subscriptions/0").asString()).isEqualTo("order_updates");
        assertThat(one.json().path("bytes_out").asLong()).isEqualTo(2);
        Got two = get("/admin/v1/sockets/" + TWO);
        assertThat(two.json().has("user") || two.json().has("node")).isFalse();
        assertThat(get("/admin/v1/sockets/nobody-knows-it").status()).isEqualTo(404);
    }

    @Test
    void aCloseIsToldToAllNodes() {
        save(ONE, Identifier.user("ana"), "203.0.113.9", "web-1/42");
        save(TWO, Identifier.user("ana"), "203.0.113.9", "");
        List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        admin.channel.listen("socket-close", heard::add);
        assertThat(post("/admin/v1/sockets/close", "{\"session\":\"" + ONE + "\"}")
                        .json()
                        .path("closing")
                        .asInt())
                .isEqualTo(1);
        assertThat(post("/admin/v1/sockets/close", "{\"session\":\"nobody-knows-it\"}")
                        .json()
                        .path("closing")
                        .asInt())
                .isZero();
        assertThat(post("/admin/v1/sockets/close", "{\"user\":\"user:ana\"}")
                        .json()
                        .path("closing")
                        .asInt())
                .as("the other one has no connection")
                .isEqualTo(1);
        assertThat(heard).containsExactly("id:" + ONE, "id:nobody-knows-it", "user:ana");
    }

    @Test
    void withoutTheStoreNobodyCanSay() {
        admin.storeAway = true;
        assertThat(get("/admin/v1/sockets").status()).isEqualTo(503);
        assertThat(get("/admin/v1/sockets/" + ONE).status()).isEqualTo(503);
        assertThat(post("/admin/v1/sockets/close", "{\"session\":\"" + ONE + "\"}")
                        .status())
                .isEqualTo(503);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | neither",
                "{\"user\":\"user:a\",\"session\":\"0123456789abcdef\"} | both",
                "{\"user\":\"a\"} | user: \"a\"",
                "{\"user\":\"ip:203.0.113.9\"} | user: \"ip:203.0.113.9\"",
                "{\"session\":\"user:a/sessions\"} | session: \"user:a/sessions\""
            })
    void whatIsWrongIsNamed(String content, String named) {
        Got got = post("/admin/v1/sockets/close", content);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.message()).contains(named);
    }

    @ParameterizedTest
    @CsvSource({
        "sockets?user=a, user: ",
        "sockets?address=shop.test, address: ",
        "sockets?user=user:a&address=::1, query: 2 parameters",
        "sockets?route=live, query: ",
        "sockets/short, session: "
    })
    void aWrongQueryIsNamed(String path, String named) {
        Got got = get("/admin/v1/" + path);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.message()).contains(named);
    }
}
