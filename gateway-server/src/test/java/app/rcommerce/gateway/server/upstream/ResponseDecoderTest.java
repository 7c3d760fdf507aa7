package app.rcommerce.gateway.server.upstream;

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

/** A response that comes whole is read by itself; one that comes in pieces is parsed by Netty. */
@ExtendWith(Leaks.class)
class ResponseDecoderTest {

    private static final String[] RESPONSES = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\nDate: now \r\n\r\nhello",
        "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nx:\r\n\r\n",
        "HTTP/1.1 299 Very  well\r\nContent-Length: 01\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: y\r\n\r\nuntil the end",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 \r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\nContent-Length: 2\nLocation : /\n\nab",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
    };

    private static List<String> decoded(byte[] octets, int atOnce, boolean toHead) {
        ResponseDecoder decoder = new ResponseDecoder(256, new HeadBuffer());
        decoder.expect(toHead);
        decoder.asked();
        List<String> lines = Decoded.of(decoder, octets, atOnce);
        // Behind what cannot be understood nothing is read, and the connection is closed.
        lines.add("stray " + (decoder.isStray() && !lines.toString().contains("failed: ")));
        return lines;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatComesOutIsTheSameHoweverItArrives(boolean toHead) {
        Decoded.assertSameHoweverItArrives(
                RESPONSES, toHead ? 150 : 1_050, (octets, atOnce) -> decoded(octets, atOnce, toHead));
    }

    @Test
    void oneThatComesWholeIsReadAsItIsWritten() {
        assertThat(decoded(octets(RESPONSES[2]), 4096, false))
                .containsExactly(
                        "HTTP/1.1 299 Very  well|Content-Length=01|Set-Cookie=a=b|Set-Cookie=c=d",
                        "content 'x'",
                        "rest ''",
                        "stray false");
        assertThat(decoded(octets(RESPONSES[0] + "HTTP/1.1 200 OK\r\n"), 4096, false))
                .endsWith("rest ''", "stray true");
    }

    @Test
    void aHeadBeyondItsBoundFailsHoweverItArrives() {
        // Netty counts the end of the last line or not, as it arrives.
        for (int beyond : new int[] {-40, -2, 2, 40}) {
            byte[] octets =
                    octets("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: " + "x".repeat(256 - 20 + beyond) + "\r\n\r\n");
            assertThat(decoded(octets, 4096, false))
                    .describedAs("%d beyond", beyond)
                    .isEqualTo(decoded(octets, 1, false));
            assertThat(decoded(octets, 4096, false).toString().contains("failed"))
                    .isEqualTo(beyond > 0);
        }
    }
}
