package app.rcommerce.gateway.policy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.identity.SessionId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketTextTest {

    private static final Caller.ApiKeyCaller KEY =
            new Caller.ApiKeyCaller(Identifier.key("erp"), new Scopes(Set.of("orders:read", "admin")), 2.5);
    private static final Caller.TokenCaller USER = new Caller.TokenCaller(
            Identifier.user("a=b&c d"),
            new Scopes(Set.of("x&y=z")),
            "id&=",
            7,
            8,
            Map.of("plan", "free&easy", "a=b", ""));

    @Test
    void aCallerIsReadAsItWas() {
        for (Caller caller : new Caller[] {KEY, USER, new Caller.KeyAndToken(KEY, USER)}) {
            assertThat(TicketText.read(TicketText.of("events", caller, null), "events"))
                    .isEqualTo(caller);
        }
    }

    @Test
    void aTicketOfASessionNamesIt() {
        SessionId id = new SessionId("0123456789abcdef+/=~");
        String text = TicketText.of("events", USER, id);
        assertThat(TicketText.read(text, "events")).isEqualTo(USER);
        assertThat(TicketText.session(text)).isEqualTo(id);
        assertThat(TicketText.session(TicketText.of("events", USER, null))).isNull();
    }

    @Test
    void aTicketIsGoodOnItsRoute() {
        assertThat(TicketText.read(TicketText.of("events", USER, null), "other"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "route=events", "route=events&user=", "route=events&user=a&expires=x", "%zz", "&&&"})
    void otherTextsAreNobody(String text) {
        assertThat(TicketText.read(text, "events")).isNull();
    }
}
