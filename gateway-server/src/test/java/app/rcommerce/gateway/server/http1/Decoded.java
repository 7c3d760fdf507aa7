package app.rcommerce.gateway.server.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;

/** What a decoder of HTTP/1.1 makes of octets, as texts that can be compared. */
public final class Decoded {

    private Decoded() {}

    /** What comes out when the octets arrive so many at a time; content in one line, however many pieces it came in. */
    public static List<String> of(ChannelHandler decoder, byte[] octets, int atOnce) {
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        for (int at = 0; at < octets.length; at += atOnce) {
            int length = Math.min(atOnce, octets.length - at);
            // Direct, as what is read from a socket, and not from the first octet of its memory on.
            var buffer = Unpooled.directBuffer(length + 3).writeZero(3).skipBytes(3);
            channel.writeInbound(buffer.writeBytes(octets, at, length));
        }
        channel.finish();
        List<String> lines = new ArrayList<>();
        StringBuilder content = new StringBuilder();
        for (Object out = channel.readInbound(); out != null; out = channel.readInbound()) {
            if (out instanceof HttpRequest request) {
                lines.add(request.method() + " " + request.uri() + " " + request.protocolVersion()
                        + fields(request.headers()) + result(request));
            } else if (out instanceof HttpResponse response) {
                lines.add(response.protocolVersion() + " " + response.status() + fields(response.headers())
                        + result(response));
            }
            if (out instanceof HttpContent piece) {
                content.append(piece.content().toString(StandardCharsets.ISO_8859_1));
            }
            if (out instanceof LastHttpContent last) {
                lines.add("content '" + content + "'" + fields(last.trailingHeaders()) + result(last));
                content.setLength(0);
            }
            ReferenceCountUtil.release(out);
        }
        lines.add("rest '" + content + "'");
        return lines;
    }

    /** Asserts that the messages, and mutations of them, are the same whether they arrive whole or octet by octet. */
    public static void assertSameHoweverItArrives(
            String[] messages, int rounds, BiFunction<byte[], Integer, List<String>> decode) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int understood = 0;
        for (int i = 0; i < rounds; i++) {
            byte[] octets = messages[i % messages.length].getBytes(StandardCharsets.ISO_8859_1);
            octets = i < messages.length ? octets : mutated(octets, random);
            List<String> whole = decode.apply(octets, octets.length);
            assertThat(whole)
                    .describedAs("seed %d, %s", seed, new String(octets, StandardCharsets.ISO_8859_1))
                    .isEqualTo(decode.apply(octets, 1));
            understood +=
                    whole.stream().anyMatch(line -> line.startsWith("content") && !line.contains("failed: ")) ? 1 : 0;
        }
        assertThat(understood).isGreaterThan(rounds / 3);
    }

    /** The octets, some of them changed, taken out, said twice or replaced by a word that framing is made of. */
    private static byte[] mutated(byte[] octets, Random random) {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        String[] words = {
            "\r",
            "\n",
            "\r\n",
            ":",
            " ",
            "\t",
            "\0",
            "\u00e4",
            "\u007f",
            "\r\n\r\n",
            "Content-Length: 3\r\n",
            "content-length:3 \r\n",
            "Transfer-Encoding: chunked\r\n",
            "Sec-WebSocket-Key1: 1\r\n",
            ",",
            "HTTP/1.0",
            "Connection: close\r\n",
            "Upgrade: websocket\r\n",
            "x",
            ";",
            "0",
            "Host: a\r\n",
            "HTTP/1.1",
            "\r\n x"
        };
        for (int n = random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(text.length());
            int to = Math.min(text.length(), at + random.nextInt(3));
            text = switch (random.nextInt(3)) {
                case 0 -> text.substring(0, at) + words[random.nextInt(words.length)] + text.substring(at);
                case 1 -> text.substring(0, at) + text.substring(to);
                default -> text.substring(0, at) + words[random.nextInt(words.length)] + text.substring(to);
            };
            text = text.isEmpty() ? "G" : text;
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String fields(HttpHeaders fields) {
        StringBuilder text = new StringBuilder();
        fields.forEach(
                field -> text.append('|').append(field.getKey()).append('=').append(field.getValue()));
        return text.toString();
    }

    private static String result(HttpObject object) {
        return object.decoderResult().isSuccess()
                ? ""
                : " failed: " + object.decoderResult().cause().getMessage();
    }
}
