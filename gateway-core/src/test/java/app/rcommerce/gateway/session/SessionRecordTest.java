package app.rcommerce.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.identity.SessionId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionRecordTest {

    private static final SessionId ID = new SessionId("0123456789abcdef");

    private static LoginSession parse(String json) {
        return Objects.requireNonNull(SessionRecord.parse(ID, json.replace('\'', '"')), json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'user_id':'ana'} | 0 | 9223372036854775807",
                "{'user':'ana','created':1700000000,'expires':1700003600} | 1700000000000 | 1700003600000",
                "{'sub':'ana','iat':1700000000.5,'exp':1700003600000} | 1700000000500 | 1700003600000",
                "{'customer_id':'ana','created_at':'2023-11-14T22:13:20Z','expires_at':'2023-11-14T23:13:20+00:00'}"
                        + " | 1700000000000 | 1700003600000",
                "{'user_id':'ana','created_at':null,'data':{'cart':[1,2,{'x':1}]}} | 0 | 9223372036854775807"
            })
    void theFormsOfRecordsAreRead(String json, long created, long ends) {
        LoginSession session = parse(json);
        assertThat(session.user()).isEqualTo(Identifier.user("ana"));
        assertThat(session.createdMillis()).isEqualTo(created);
        assertThat(session.endsMillis()).isEqualTo(ends);
        assertThat(session.digest()).isEqualTo(ID.digest());
    }

    @Test
    void scopesAreAListOrWords() {
        Scopes both = Scopes.of(List.of("a:read", "b"));
        assertThat(parse("{'user_id':1,'scopes':['a:read','b']}").scopes()).isEqualTo(both);
        assertThat(parse("{'user_id':1,'permissions':'a:read  b '}").scopes()).isEqualTo(both);
        assertThat(parse("{'user_id':1,'scope':''}").scopes()).isEqualTo(Scopes.NONE);
        assertThat(parse("{'user_id':1}").user()).isEqualTo(Identifier.user("1"));
    }

    @Test
    void deepAndLargeTextsAreNone() {
        assertThat(SessionRecord.parse(ID, "{\"user_id\":\"a\",\"x\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}"))
                .isNull();
        assertThat(SessionRecord.parse(ID, "{\"user_id\":\"a\",\"x\":\"" + "x".repeat(1 << 16) + "\"}"))
                .isNull();
    }

    @Test
    void whatIsWrittenIsRead() {
        LoginSession session = parse(SessionRecord.write("ana", List.of("a"), 1_700_000_000_123L));
        assertThat(session.user()).isEqualTo(Identifier.user("ana"));
        assertThat(session.createdMillis()).isEqualTo(1_700_000_000_123L);
    }
}
