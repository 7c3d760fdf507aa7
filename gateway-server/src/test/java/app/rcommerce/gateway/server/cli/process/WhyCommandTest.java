package app.rcommerce.gateway.server.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class WhyCommandTest {

    @ParameterizedTest
    @CsvSource({
        "signature, there is no webhook-id, the signature: there is no webhook-id",
        "reason, expired, the token: expired",
        "scopes, orders:read, the credential lacks one of the scopes orders:read",
    })
    void whatWasWrongIsToldInWords(String member, String value, String told) {
        String json = "{\"request_id\":\"req_1\",\"status\":401,\"" + member + "\":\"" + value + "\"}";

        assertThat(WhyCommand.text(new JsonMapper().readTree(json))).containsPattern("because +" + told);
    }
}
