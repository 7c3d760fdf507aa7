package app.rcommerce.gateway.server.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.transport.Outbox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageWriterTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final MessageWriter writer = new MessageWriter(channel, new Outbox(channel.eventLoop()));

    @AfterEach
    void nothingIsLeft() {
        writer.drop();
        assertThat(channel.finish()).isFalse();
    }

    private void piece(String text) {
        writer.content(Unpooled.copiedBuffer(text, ISO_8859_1), null);
    }

    private void last(String text) {
        writer.content(Unpooled.copiedBuffer(text, ISO_8859_1), EmptyHttpHeaders.INSTANCE);
    }

    private static ResponseHead response(int status, String... fields) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        return new ResponseHead(HttpResponseStatus.valueOf(status), headers, ProtocolVersion.HTTP_1_1);
    }

    /** The buffers as the channel gets them. */
    private List<String> written() {
        writer.flush();
        channel.runPendingTasks();
        List<String> texts = new ArrayList<>();
        for (ByteBuf buffer = channel.readOutbound(); buffer != null; buffer = channel.readOutbound()) {
            texts.add(buffer.toString(ISO_8859_1));
            buffer.release();
        }
        return texts;
    }

    @Test
    void aRequestWithoutContentIsOneBuffer() {
        HttpHeaders fields = new DefaultHttpHeaders().add("host", "shop.test").add("X-Odd", "\u00e9");
        writer.request(
                new RequestHead(HttpMethod.GET, "http", "shop.test", "/a?b=c", fields, ProtocolVersion.HTTP_1_1, 0));
        last("");
        assertThat(written()).containsExactly("GET /a?b=c HTTP/1.1\r\nhost: shop.test\r\nX-Odd: \u00e9\r\n\r\n");
    }

    @Test
    void contentOfARequestIsChunkedWhereNobodyKnowsItsLength() {
        HttpHeaders fields = new DefaultHttpHeaders().add("host", "shop.test");
        writer.request(
                new RequestHead(HttpMethod.POST, "http", "shop.test", "/", fields, ProtocolVersion.HTTP_1_1, -1));
        piece("abc");
        last("");
        assertThat(String.join("", written()))
                .isEqualTo("POST / HTTP/1.1\r\nhost: shop.test\r\ntransfer-encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\n0\r\n\r\n");
    }

    @Test
    void smallContentStandsInTheBufferOfItsHead() {
        writer.response(response(200, "content-length", "5"), null, false, true);
        piece("he");
        last("llo");
        assertThat(written()).containsExactly("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
    }

    @Test
    void largeContentIsPassedOnAsItIs() {
        String large = "x".repeat(5_000);
        writer.response(response(200, "content-length", "5005"), null, false, true);
        piece(large);
        last("hello");
        assertThat(written()).containsExactly("HTTP/1.1 200 OK\r\ncontent-length: 5005\r\n\r\n", large, "hello");
    }

    @Test
    void chunksAreFramed() {
        writer.response(response(200), null, false, true);
        piece("x".repeat(26));
        piece("");
        last("end");
        assertThat(String.join("", written()))
                .isEqualTo("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1a\r\n" + "x".repeat(26)
                        + "\r\n3\r\nend\r\n0\r\n\r\n");
    }

    @Test
    void largeChunksAreFramedToo() {
        String large = "y".repeat(70_000);
        writer.response(response(200), null, false, true);
        piece(large);
        last("");
        assertThat(String.join("", written())).endsWith("\r\n\r\n11170\r\n" + large + "\r\n0\r\n\r\n");
    }

    @Test
    void trailersFollowTheLastChunk() {
        writer.response(response(200), null, false, true);
        writer.content(Unpooled.EMPTY_BUFFER, new DefaultHttpHeaders().add("digest", "abc"));
        assertThat(String.join("", written())).endsWith("\r\n\r\n0\r\ndigest: abc\r\n\r\n");
    }

    @Test
    void contentWithoutLengthOrChunksIsRaw() {
        writer.response(response(200), null, false, false);
        piece("abc");
        last("");
        assertThat(written()).containsExactly("HTTP/1.1 200 OK\r\n\r\nabc");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304, 205})
    void someStatusesHaveNoContent(int status) {
        writer.response(response(status), null, false, true);
        last("not to be sent");
        assertThat(String.join("", written()))
                .doesNotContain("sent")
                .doesNotContain("transfer-encoding")
                .endsWith("\r\n\r\n");
    }

    @Test
    void anInterimResponseHasNoFraming() {
        writer.interim(response(103, "link", "</a>", "content-length", "3"));
        assertThat(written()).containsExactly("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
    }

    @Test
    void theResponseToAHeadIsItsHead() {
        writer.response(response(200, "content-length", "5"), null, true, true);
        last("hello");
        assertThat(written()).containsExactly("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
    }

    @Test
    void aReplyIsOneBuffer() {
        writer.reply(
                new Reply(429, List.of(new Field("retry-after", "3")), "later".getBytes(ISO_8859_1)), "close", false);
        assertThat(written())
                .containsExactly("HTTP/1.1 429 Too Many Requests\r\nretry-after: 3\r\ncontent-length: 5\r\n"
                        + "connection: close\r\n\r\nlater");
    }

    @Test
    void aReplyToAHeadTellsItsLength() {
        writer.reply(new Reply(200, List.of(), "hello".getBytes(ISO_8859_1)), null, true);
        assertThat(written()).containsExactly("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
    }

    @Test
    void aLargeReplyIsNotCopied() {
        writer.reply(new Reply(200, List.of(), new byte[10_000]), null, false);
        assertThat(written()).hasSize(2);
    }

    @Test
    void messagesKeepTheirOrder() {
        writer.reply(new Reply(200, List.of(), "one".getBytes(ISO_8859_1)), null, false);
        writer.response(response(200, "content-length", "3"), null, false, true);
        last("two");
        assertThat(String.join("", written())).matches("(?s).*one.*two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nset-cookie: b", "a\nb", "a\0b", "\u010d\u010a\u0000"})
    void noFieldCanSmuggleAnother(String value) {
        Reply reply = new Reply(200, List.of(new Field("x-a", value)), new byte[0]);
        assertThatThrownBy(() -> writer.reply(reply, null, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x-a");
        assertThat(written()).isEmpty();
    }

    @Test
    void whatIsOutsideOfLatin1BecomesAMark() {
        writer.reply(new Reply(200, List.of(new Field("x-a", "\u010d\u010a")), new byte[0]), null, false);
        assertThat(written().getFirst()).contains("x-a: ??\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\r\nb", "\u010a"})
    void aFieldNameIsAToken(String name) {
        Reply reply = new Reply(200, List.of(new Field(name, "v")), new byte[0]);
        assertThatThrownBy(() -> writer.reply(reply, null, false)).isInstanceOf(IllegalArgumentException.class);
    }
}
