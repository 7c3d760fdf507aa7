package app.rcommerce.gateway.server.protocol.http1.decode;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.http1.Decoded;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.transport.HeadBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that comes whole is read by itself; one that comes in pieces is scanned, and parsed by Netty. */
@ExtendWith(Leaks.class)
class RequestDecoderTest {

    private static final String[] REQUESTS = {
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /api/v1/products?x=1 HTTP/1.1\r\nhost: shop.test\r\nX-API-Key:  k \r\nAccept:\t*/*\t\r\nEmpty:\r\nEmpty: \r\n\r\n",
        "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST /orders HTTP/1.1\r\nHost: a\r\ncontent-length: 005\r\n\r\nhelloGET /2 HTTP/1.1\r\nHost: b\r\n\r\n",
        "PUT /o HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nDELETE /o HTTP/1.1\r\nHost: a\r\n\r\n",
        "PATCH /o HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
        "POST /o HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\nGET / HTTP/1.1\r\nHost: b\r\n\r\n",
        "HEAD / HTTP/1.0\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\nX: \u00fc\u00ff\r\n\r\n",
        "\r\n\r\nGET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n\u0081\u0001x"
    };

    private static List<String> decoded(byte[] octets, int atOnce) {
        return Decoded.of(new RequestDecoder(64, 256, 8, new HeadBuffer()), octets, atOnce);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatComesOutIsTheSameHoweverItArrives() {
        Decoded.assertSameHoweverItArrives(REQUESTS, 1_200, RequestDecoderTest::decoded);
    }

    @Test
    void oneThatComesWholeIsReadAsItIsWritten() {
        assertThat(decoded(octets(REQUESTS[1]), 4096))
                .containsExactly(
                        "GET /api/v1/products?x=1 HTTP/1.1|host=shop.test|X-API-Key=k|Accept=*/*|Empty=|Empty=",
                        "content ''",
                        "rest ''");
        assertThat(decoded(octets(REQUESTS[3]), 4096))
                .containsExactly(
                        "POST /orders HTTP/1.1|Host=a|content-length=005",
                        "content 'hello'",
                        "GET /2 HTTP/1.1|Host=b",
                        "content ''",
                        "rest ''");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void boundsAreTheSameHoweverItArrives(int beyond) {
        String line = "GET /" + "x".repeat(64 - 14 + beyond) + " HTTP/1.1\r\n";
        for (String request : new String[] {
            line + "Host: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: " + "a".repeat(256 - 7 + beyond) + "\r\n\r\n",
            "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(8 + beyond) + "\r\n"
        }) {
            assertThat(decoded(octets(request), 4096)).isEqualTo(decoded(octets(request), 1));
        }
        assertThat(decoded(octets("GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(8 + beyond) + "\r\n"), 4096)
                        .getFirst()
                        .contains("failed"))
                .isEqualTo(beyond > 0);
    }
}
