package app.rcommerce.gateway.server.redis.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.server.redis.resp.RespDecoder.Nothing;
import app.rcommerce.gateway.server.redis.resp.RespDecoder.Pushed;
import app.rcommerce.gateway.server.redis.resp.RespDecoder.Refused;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RespDecoderTest {

    private static final String EVERYTHING =
            "+OK\r\n-NOPERM no\r\n:-7\r\n_\r\n#t\r\n#f\r\n,1.5\r\n$5\r\nhe\r\nl\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n"
                    + "!4\r\nERR \r\n=3\r\ntxt\r\n*2\r\n:1\r\n*2\r\n$1\r\na\r\n_\r\n%1\r\n+k\r\n:2\r\n~1\r\n+m\r\n"
                    + ">2\r\n$10\r\ninvalidate\r\n*2\r\n$1\r\nx\r\n$1\r\ny\r\n>2\r\n$10\r\ninvalidate\r\n_\r\n";

    private static final List<Object> READ = List.of(
            "OK",
            new Refused("NOPERM no"),
            -7L,
            Nothing.NOTHING,
            true,
            false,
            "1.5",
            "he\r\nl",
            "",
            Nothing.NOTHING,
            Nothing.NOTHING,
            List.of(),
            new Refused("ERR "),
            "txt",
            List.of(1L, List.of("a", Nothing.NOTHING)),
            List.of("k", 2L),
            List.of("m"),
            new Pushed(List.of("invalidate", List.of("x", "y"))),
            new Pushed(List.of("invalidate", Nothing.NOTHING)));

    private static List<Object> read(EmbeddedChannel channel, String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
        List<Object> read = new ArrayList<>();
        for (Object one = channel.readInbound(); one != null; one = channel.readInbound()) {
            read.add(one);
        }
        return read;
    }

    @Test
    void everyKindOfValueIsRead() {
        assertThat(read(new EmbeddedChannel(new RespDecoder()), EVERYTHING)).isEqualTo(READ);
    }

    @Test
    void itDoesNotMatterWhereThePartsAreCut() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            EmbeddedChannel channel = new EmbeddedChannel(new RespDecoder());
            List<Object> read = new ArrayList<>();
            int at = 0;
            while (at < EVERYTHING.length()) {
                int end = Math.min(EVERYTHING.length(), at + 1 + random.nextInt(round % 20 + 1));
                read.addAll(read(channel, EVERYTHING.substring(at, end)));
                at = end;
            }
            assertThat(read).as("seed " + seed).isEqualTo(READ);
        }
    }

    @Test
    void whatRedisWouldNotSayIsRefused() {
        for (String bytes : List.of(
                "?\r\n",
                "\r\n",
                ":x\r\n",
                ":\r\n",
                ":9999999999999999999\r\n",
                "$99999999999999999999\r\n",
                "$-2\r\n",
                "*1048577\r\n",
                ">0\r\n",
                "%-1\r\n",
                "*1\r\n".repeat(9),
                "+" + "x".repeat(70_000))) {
            EmbeddedChannel channel = new EmbeddedChannel(new RespDecoder());
            assertThatThrownBy(() -> read(channel, bytes))
                    .as(bytes.substring(0, Math.min(20, bytes.length())))
                    .isInstanceOf(DecoderException.class);
        }
    }

    @Test
    void ofALongTextTheBeginningIsKept() {
        EmbeddedChannel channel = new EmbeddedChannel(new RespDecoder());
        int length = (1 << 20) + 100_000;
        assertThat(read(channel, "*2\r\n$" + length + "\r\n")).isEmpty();
        List<Object> read = new ArrayList<>();
        for (int sent = 0; sent < length; sent += 50_000) {
            read.addAll(read(channel, "x".repeat(Math.min(50_000, length - sent))));
        }
        read.addAll(read(channel, "\r\n:7\r\n+next\r\n"));
        assertThat(read).containsExactly(List.of("x".repeat(1 << 20), 7L), "next");
    }

    @Test
    void textsAreUtf8() {
        String text = "gesperrt wegen \u00dcberlast \u20ac";
        String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(read(new EmbeddedChannel(new RespDecoder()), "$" + bytes.length() + "\r\n" + bytes + "\r\n"))
                .containsExactly(text);
    }
}
