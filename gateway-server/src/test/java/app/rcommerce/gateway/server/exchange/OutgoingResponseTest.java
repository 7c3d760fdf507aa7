package app.rcommerce.gateway.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.RequestHead;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OutgoingResponseTest {

    private static final Call CALL = new Call(
            new IncomingRequest(
                    new RequestHead(
                            HttpMethod.POST,
                            "https",
                            "shop.test",
                            "/pay",
                            new DefaultHttpHeaders(),
                            ProtocolVersion.HTTP_1_1,
                            0),
                    Objects.requireNonNull(Paths.parse("/pay")),
                    "shop.test",
                    false),
            "req_1",
            new byte[] {127, 0, 0, 1});

    private static List<String> hsts(Field... kept) {
        Reply complete = OutgoingResponse.complete(new Reply(200, List.of(kept), new byte[0]), CALL, "max-age=7");
        return complete.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase("strict-transport-security"))
                .map(Field::value)
                .toList();
    }

    @Test
    void anAnswerThatIsRepeatedKeepsWhatTheUpstreamSaidOfTransportSecurity() {
        assertThat(hsts()).containsExactly("max-age=7");
        assertThat(hsts(new Field("Strict-Transport-Security", "max-age=9"))).containsExactly("max-age=9");
    }
}
