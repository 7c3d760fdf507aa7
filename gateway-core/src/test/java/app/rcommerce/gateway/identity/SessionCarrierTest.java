package app.rcommerce.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCarrierTest {

    private static final String ID = "0123456789abcdefXYZ";
    private static final SessionCarrier COOKIE = new SessionCarrier("session_id", "");
    private static final SessionCarrier FIELD = new SessionCarrier("", "X-Session");

    private static @Nullable String found(SessionCarrier carrier, String... fields) {
        List<Field> all = IntStream.range(0, fields.length / 2)
                .mapToObj(i -> new Field(fields[2 * i], fields[2 * i + 1]))
                .toList();
        SessionId id = carrier.find(new FieldList(all));
        return id == null ? null : id.value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "session_id=" + ID,
                "a=b; session_id=" + ID,
                "session_id=" + ID + "; a=b",
                "a=b;session_id=" + ID + ";c=d",
                "session_id=\"" + ID + "\"",
                "session_id=" + ID + "; session_id=" + ID,
                ";;; session_id=" + ID + " ;"
            })
    void theCookieIsFound(String line) {
        assertThat(found(COOKIE, "cookie", line)).isEqualTo(ID);
        assertThat(found(COOKIE, "cookie", "x=y", "cookie", line)).isEqualTo(ID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "session_id",
                "session_id=",
                "session_id=short",
                "Session_id=" + ID,
                "xsession_id=" + ID,
                "a=session_id=" + ID,
                "session_id=" + ID + "; session_id=other-" + ID,
                "session_id=" + ID + "{}*",
                "session_id=" + ID + ",x",
                "\"session_id=" + ID
            })
    void anythingElseIsNone(String line) {
        assertThat(found(COOKIE, "cookie", line)).isNull();
    }

    @Test
    void twoThatDifferAreNone() {
        assertThat(found(COOKIE, "cookie", "session_id=" + ID, "cookie", "session_id=other-" + ID))
                .isNull();
        assertThat(found(FIELD, "x-session", ID, "x-session", "other-" + ID)).isNull();
    }

    @Test
    void theFieldIsFound() {
        assertThat(found(FIELD, "x-session", ID)).isEqualTo(ID);
        assertThat(found(FIELD, "cookie", "session_id=" + ID)).isNull();
        assertThat(found(FIELD, "x-session", ID + " ")).isNull();
    }

    @Test
    void aLongIdIsNone() {
        assertThat(found(FIELD, "x-session", "x".repeat(256))).isNotNull();
        assertThat(found(FIELD, "x-session", "x".repeat(257))).isNull();
        assertThat(found(FIELD, "x-session", "x".repeat(15))).isNull();
    }

    @Test
    void withoutTheSessionTheOtherCookiesStay() {
        assertThat(COOKIE.without("a=b; session_id=" + ID + "; c=d")).isEqualTo("a=b; c=d");
        assertThat(COOKIE.without("session_id=" + ID)).isNull();
        assertThat(COOKIE.without("a=b")).isEqualTo("a=b");
        assertThat(COOKIE.without("xsession_id=1;session_id=" + ID + ";")).isEqualTo("xsession_id=1");
    }

    @Test
    void theIdIsShownNowhere() {
        SessionId id = new SessionId(ID);
        assertThat(id.toString()).doesNotContain(ID);
        assertThat(id.digest()).startsWith("session:").hasSize(72).doesNotContain(ID);
        assertThat(Arrays.asList(id.digest().split(":"))).hasSize(2);
    }
}
