package app.rcommerce.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketHandshakeTest {

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static FieldList head(String... lines) {
        return new FieldList(List.of(lines).stream()
                .map(line -> new Field(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2)))
                .toList());
    }

    @Test
    void theAnswerToTheSampleOfTheStandard() {
        assertThat(WebSocketHandshake.accept(KEY)).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(WebSocketHandshake.isKey(List.of(KEY))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "AA==", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZWE=", "dGhlIHNhbXBsZSBub25j*Q=="})
    void whatIsNoKey(String text) {
        assertThat(WebSocketHandshake.isKey(List.of(text))).isFalse();
        assertThat(WebSocketHandshake.isKey(List.of(KEY, KEY))).isFalse();
        assertThat(WebSocketHandshake.isKey(List.of())).isFalse();
    }

    @Test
    void anAnswerHasWhatWasAskedFor() {
        String accept = "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
        FieldList asked = head(
                "sec-websocket-key: " + KEY,
                "sec-websocket-protocol: chat, superchat",
                "sec-websocket-extensions: permessage-deflate; client_max_window_bits");
        assertThat(WebSocketHandshake.faultOf(asked, head(accept))).isNull();
        assertThat(WebSocketHandshake.faultOf(
                        asked,
                        head(
                                accept,
                                "sec-websocket-protocol: superchat",
                                "sec-websocket-extensions: Permessage-Deflate; server_no_context_takeover")))
                .isNull();
        assertThat(WebSocketHandshake.faultOf(asked, head())).contains("key");
        assertThat(WebSocketHandshake.faultOf(asked, head("sec-websocket-accept: " + KEY)))
                .contains("key");
        assertThat(WebSocketHandshake.faultOf(asked, head(accept, accept))).contains("key");
        assertThat(WebSocketHandshake.faultOf(asked, head(accept, "sec-websocket-protocol: other")))
                .contains("subprotocol");
        assertThat(WebSocketHandshake.faultOf(asked, head(accept, "sec-websocket-protocol: chat, superchat")))
                .contains("subprotocol");
        assertThat(WebSocketHandshake.faultOf(asked, head(accept, "sec-websocket-extensions: x-own")))
                .contains("extension");
    }

    @Test
    void compressionUsesOneReservedBit() {
        assertThat(WebSocketHandshake.reservedBits(Set.of())).isZero();
        assertThat(WebSocketHandshake.reservedBits(Set.of("permessage-deflate")))
                .isEqualTo(0x40);
        assertThat(WebSocketHandshake.reservedBits(Set.of("x-own"))).isEqualTo(0x70);
    }
}
