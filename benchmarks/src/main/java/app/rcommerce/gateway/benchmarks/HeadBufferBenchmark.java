package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.server.transport.HeadBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures how the head of a response is written into a direct buffer: put together in an array and copied once, as
 * {@link HeadBuffer} does, against each piece written into the buffer on its own, as Netty's encoder does. Both produce
 * the same bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.leakDetection.level=disabled"
        })
public class HeadBufferBenchmark {

    private static final AsciiString HTTP_11 = AsciiString.cached("HTTP/1.1 ");
    private static final int ROOM = 512;

    private final HeadBuffer heads = new HeadBuffer();
    private final HttpHeaders fields = fields();

    /** Names as Netty's parser gives them, values as texts. */
    private static HttpHeaders fields() {
        HttpHeaders fields = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        String[] pairs = {
            "content-type", "application/json; charset=utf-8",
            "content-length", "1024",
            "date", "Thu, 26 Nov 2026 03:55:21 GMT",
            "cache-control", "public, max-age=300",
            "etag", "\"5d1c4b8e7a90\"",
            "vary", "Accept-Encoding",
            "x-request-id", "req_01JDK3V5ZQ8R7W2M4N6P8T0X1Y",
            "x-ratelimit-limit", "60",
            "x-ratelimit-remaining", "41",
            "x-ratelimit-reset", "1795665321"
        };
        for (int i = 0; i < pairs.length; i += 2) {
            fields.add(AsciiString.cached(pairs[i]), pairs[i + 1]);
        }
        return fields;
    }

    @Benchmark
    public int inOneArrayCopiedOnce() {
        heads.clear()
                .text(HTTP_11)
                .text(HttpResponseStatus.OK.codeAsText())
                .octet(' ')
                .text(HttpResponseStatus.OK.reasonPhrase())
                .endLine();
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fields.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            heads.field(field.getKey(), field.getValue());
        }
        heads.endLine();
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(ROOM);
        heads.writeTo(buffer);
        return done(buffer);
    }

    @Benchmark
    public int pieceByPieceIntoTheBuffer() {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(ROOM);
        write(buffer, HTTP_11);
        write(buffer, HttpResponseStatus.OK.codeAsText());
        buffer.writeByte(' ');
        write(buffer, HttpResponseStatus.OK.reasonPhrase());
        endLine(buffer);
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fields.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            write(buffer, field.getKey());
            ByteBufUtil.writeShortBE(buffer, ':' << 8 | ' ');
            write(buffer, field.getValue());
            endLine(buffer);
        }
        endLine(buffer);
        return done(buffer);
    }

    private static void write(ByteBuf buffer, CharSequence text) {
        if (text instanceof AsciiString ascii) {
            ByteBufUtil.copy(ascii, 0, buffer, text.length());
        } else {
            buffer.writeCharSequence(text, StandardCharsets.US_ASCII);
        }
    }

    private static void endLine(ByteBuf buffer) {
        ByteBufUtil.writeShortBE(buffer, '\r' << 8 | '\n');
    }

    private static int done(ByteBuf buffer) {
        int length = buffer.readableBytes();
        buffer.release();
        return length;
    }
}
