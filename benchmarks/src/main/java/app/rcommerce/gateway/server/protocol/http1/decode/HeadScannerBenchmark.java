package app.rcommerce.gateway.server.protocol.http1.decode;

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
 * Measures the strict scan of a browser's request head: runs of plain octets skipped in loops of their own, as
 * {@link HeadScanner#scan} does, against every octet taken through the state machine. In the package of the scanner,
 * which nobody else may see.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeadScannerBenchmark {

    private final HeadScanner scanner = new HeadScanner(8 * 1024, 32 * 1024, 100);

    private final byte[] head = """
            GET /api/v1/products/42?currency=EUR&fields=title,price HTTP/1.1
            Host: shop.example.com
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0
            Accept: application/json, text/plain, */*
            Accept-Language: en-GB,en;q=0.8,de;q=0.5
            Accept-Encoding: gzip, deflate, br, zstd
            Referer: https://shop.example.com/products
            Authorization: Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTc2NDEzNjUyMX0.c2lnbmF0dXJl
            Cookie: session=8f14e45fceea167a5a36dedd4bea2543; consent=all
            Sec-Fetch-Dest: empty
            Sec-Fetch-Mode: cors
            Sec-Fetch-Site: same-origin
            Cache-Control: no-cache

            """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);

    @Benchmark
    public boolean runsSkipped() {
        scanner.reset();
        return scanner.scan(head, head.length) == HeadScanner.Result.COMPLETE;
    }

    @Benchmark
    public boolean octetByOctet() {
        scanner.reset();
        int at = 0;
        while (scanner.process(head[at])) {
            at++;
        }
        return at == head.length - 1;
    }
}
