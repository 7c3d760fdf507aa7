package app.rcommerce.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.socket.SocketRecord.Passed;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketFormTest {

    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final SocketRecord RECORD = new SocketRecord(
            ID,
            "0011223344556677",
            Identifier.user("42"),
            "203.0.113.9",
            "live",
            "web-1/42",
            1_767_225_600_123L,
            1_767_225_601_000L,
            List.of("order_updates"),
            new Passed(10, 20, 3, 4));

    @Test
    void theFieldsAreThoseOfTheContract() {
        assertThat(SocketForm.fields(RECORD))
                .containsEntry("id", ID)
                .containsEntry("user_id", "42")
                .containsEntry("address", "203.0.113.9")
                .containsEntry("route", "live")
                .containsEntry("node", "web-1/42")
                .containsEntry("connected_at", "2026-01-01T00:00:00.123Z")
                .containsEntry("last_activity", "2026-01-01T00:00:01Z")
                .containsEntry("subscriptions", "[\"order_updates\"]")
                .containsEntry("bytes", "30")
                .containsEntry("messages", "7");
        assertThat(SocketForm.json(RECORD))
                .contains("\"user_id\":\"42\"", "\"bytes\":30", "\"subscriptions\":[\"order_updates\"]");
    }

    @Test
    void whatIsWrittenReadsTheSame() {
        for (SocketRecord each : List.of(
                RECORD,
                RECORD.released(),
                new SocketRecord(ID, "", null, "2001:db8::1", "", "", 0, 0, List.of(), Passed.NOTHING),
                new SocketRecord(
                        ID, "", Identifier.key("erp"), "10.0.0.1", "", "", 5, 6, List.of("a\"\\,[é"), Passed.NOTHING),
                new SocketRecord(
                        ID, "", Identifier.user("so/ unusual"), "10.0.0.1", "", "", 5, 6, List.of(), Passed.NOTHING),
                new SocketRecord(
                        ID,
                        "",
                        Identifier.certificate("CN=erp,O=Shop"),
                        "::1",
                        "",
                        "",
                        5,
                        6,
                        List.of(),
                        Passed.NOTHING))) {
            assertThat(SocketForm.parse(ID, SocketForm.fields(each))).isEqualTo(each);
            assertThat(SocketForm.parse(ID, SocketForm.json(each))).isEqualTo(each);
        }
    }

    @Test
    void whatOthersWriteIsRead() {
        SocketRecord read = Objects.requireNonNull(SocketForm.parse(
                ID,
                Map.of(
                        "user_id", "8f14e45f-ceea-467f-9d31-2b8b1b4d7c11",
                        "ip_address", "2001:DB8:0::1",
                        "connected_at", "1767225600",
                        "last_activity", "2026-01-01T01:00:01+01:00",
                        "subscriptions", "[\"a\",7,\"b\"]",
                        "messages", "12",
                        "of their own", "ignored")));
        assertThat(read.user()).isEqualTo(Identifier.user("8f14e45f-ceea-467f-9d31-2b8b1b4d7c11"));
        assertThat(read.address()).isEqualTo("2001:db8::1");
        assertThat(read.connectedMillis()).isEqualTo(1_767_225_600_000L);
        assertThat(read.activityMillis()).isEqualTo(1_767_225_601_000L);
        assertThat(read.subscriptions()).containsExactly("a", "b");
        assertThat(read.passed()).isEqualTo(new Passed(0, 0, 0, 12));
        assertThat(read.isHeld()).isFalse();
        SocketRecord json = Objects.requireNonNull(
                SocketForm.parse(ID, "{\"user_id\":42,\"created_at\":1767225600000,\"bytes\":\"5\",\"x\":{\"y\":[]}}"));
        assertThat(json.user()).isEqualTo(Identifier.user("42"));
        assertThat(json.connectedMillis()).isEqualTo(1_767_225_600_000L);
        assertThat(json.passed().bytesOut()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "7",
                "[]",
                "{}",
                "null",
                "{\"user_id\":\"\"}",
                "{\"user_id\":{}}",
                "{\"user_id\":\"ana\"",
                "{\"node\":\"web-1\"}",
                "[[[[[[[[[[[[[[[[[[[["
            })
    void whatIsNobodysIsNoRecord(String text) {
        assertThat(SocketForm.parse(ID, text)).isNull();
    }

    @Test
    void aHashThatIsNobodysIsNoRecord() {
        assertThat(SocketForm.parse(ID, Map.of())).isNull();
        assertThat(SocketForm.parse(ID, Map.of("route", "live", "user_id", ""))).isNull();
        assertThat(SocketForm.parse(ID, Map.of("user_id", "x".repeat(10_000)))).isNull();
    }

    @Test
    void whatCannotBeUnderstoodIsLeftOut() {
        String many =
                IntStream.range(0, 10_000).mapToObj(i -> "\"t" + i + "\"").collect(Collectors.joining(",", "[", "]"));
        SocketRecord read = Objects.requireNonNull(SocketForm.parse(
                ID,
                Map.of(
                        "user_id", "ana",
                        "bytes", "-5",
                        "messages", "many",
                        "connected_at", "yesterday",
                        "last_activity", "-7",
                        "subscriptions", many)));
        assertThat(read.passed()).isEqualTo(Passed.NOTHING);
        assertThat(read.connectedMillis()).isZero();
        assertThat(read.activityMillis()).isZero();
        assertThat(read.subscriptions().size()).isLessThanOrEqualTo(SocketForm.MOST_SUBSCRIPTIONS);
    }

    @Test
    void noTextIsTooStrange() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String good = SocketForm.json(RECORD);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, (char) random.nextInt(256));
            }
            assertThat(SocketForm.parse(ID, text.toString()))
                    .as("seed %d", seed)
                    .satisfiesAnyOf(
                            record -> assertThat(record).isNull(),
                            record -> assertThat(Objects.requireNonNull(record).id())
                                    .isEqualTo(ID));
        }
    }

    @Test
    void onlyItsOwnerContinuesARecord() {
        assertThat(RECORD.isOf(Identifier.user("42"), "198.51.100.1")).isTrue();
        assertThat(RECORD.isOf(Identifier.user("43"), "203.0.113.9")).isFalse();
        assertThat(RECORD.isOf(Identifier.key("42"), "203.0.113.9")).isFalse();
        assertThat(RECORD.isOf(null, "203.0.113.9"))
                .as("an anonymous one of the same address")
                .isFalse();
        SocketRecord anonymous = new SocketRecord(ID, "", null, "203.0.113.9", "", "", 0, 0, List.of(), Passed.NOTHING);
        assertThat(anonymous.isOf(null, "203.0.113.9")).isTrue();
        assertThat(anonymous.isOf(null, "203.0.113.10")).isFalse();
        assertThat(anonymous.isOf(Identifier.user("42"), "203.0.113.9")).isFalse();
    }

    @Test
    void anIdIsRandomAndStaysInItsPlace() {
        assertThat(SocketIds.next()).matches("[0-9a-f]{32}").isNotEqualTo(SocketIds.next());
        assertThat(SocketIds.isId(SocketIds.next())).isTrue();
        assertThat(SocketIds.isId("8f14e45f-ceea-467f-9d31-2b8b1b4d7c11")).isTrue();
        for (String bad : List.of(
                "", "short", "user:ana/sessions", "a b c d e f g h", "x".repeat(65), "{abcdefgh}", "abcdefg\n")) {
            assertThat(SocketIds.isId(bad)).as(bad).isFalse();
        }
        assertThat(SocketIds.shown(ID)).isEqualTo("01234567…");
    }
}
