package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.CacheKeys;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Digests;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
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
 * Measures the key under which a request is looked up: its texts gathered in an array, as {@link CacheKeys} does,
 * against a stream of bytes. Both produce the same key.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CacheKeysBenchmark {

    private final List<String> addressed = List.of("http", "shop.example.com");
    private final Target target = new Target("/api/v1/products/1234/reviews", "page=2&size=50");

    @Benchmark
    public CacheKey inAnArray() {
        return CacheKeys.primary("products", addressed, target);
    }

    @Benchmark
    public CacheKey throughAStream() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        add(bytes, "primary");
        add(bytes, "3");
        add(bytes, "products");
        count(bytes, addressed.size());
        for (String part : addressed) {
            add(bytes, part.toLowerCase(Locale.ROOT));
        }
        add(bytes, target.path());
        add(bytes, target.query());
        return new CacheKey(HexFormat.of().formatHex(Digests.sha256(bytes.toByteArray())));
    }

    private static void add(ByteArrayOutputStream bytes, String part) {
        count(bytes, part.length());
        for (int i = 0; i < part.length(); i++) {
            bytes.write(part.charAt(i) >>> 8);
            bytes.write(part.charAt(i));
        }
    }

    private static void count(ByteArrayOutputStream bytes, int count) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes.write(count >>> shift);
        }
    }
}
