package app.rcommerce.gateway.server.protocol.http1.decode;

import app.rcommerce.gateway.server.transport.HeadBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
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
 * Measures what a request's head costs that comes whole: read once and by itself, as one of a usual method is, against
 * scanned and then parsed by Netty, as one of an unusual method is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RequestDecoderBenchmark {

    private static final String FIELDS = """
             /api/v1/products/42?currency=EUR&fields=title,price HTTP/1.1
            Host: shop.example.com
            User-Agent: shop-app/4.2
            Accept: application/json
            Accept-Encoding: gzip, br
            X-API-Key: bench.0123456789abcdef0123456789abcdef

            """.replace("\n", "\r\n");

    private final EmbeddedChannel channel =
            new EmbeddedChannel(new RequestDecoder(8 * 1024, 32 * 1024, 100, new HeadBuffer()));
    private final byte[] usual = ("GET" + FIELDS).getBytes(StandardCharsets.US_ASCII);
    private final byte[] unusual = ("QUERY" + FIELDS).getBytes(StandardCharsets.US_ASCII);

    @Benchmark
    public Object readOnce() {
        return decode(usual);
    }

    @Benchmark
    public Object scannedAndParsed() {
        return decode(unusual);
    }

    private Object decode(byte[] octets) {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(2048);
        channel.writeInbound(buffer.writeBytes(octets));
        Object request = channel.readInbound();
        Object end = channel.readInbound();
        return request == end ? channel : request;
    }
}
