package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.block.Cidr;
import app.rcommerce.gateway.block.CidrSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures how an address that no range contains is looked up among many ranges of four prefix lengths: one look-up for
 * each length, as {@link CidrSet} does, against each range asked in turn.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CidrSetBenchmark {

    @Param({"8", "1000"})
    public int count = 8;

    private final byte[] address = {(byte) 203, 0, 113, 9};
    private List<Cidr> ranges = List.of();
    private CidrSet set = CidrSet.EMPTY;

    @Setup
    public void setUp() {
        ranges = IntStream.range(0, count)
                .mapToObj(i -> Cidr.of(new byte[] {10, (byte) (i >> 6), (byte) (i << 2), 0}, 22 + i % 4))
                .toList();
        set = new CidrSet(ranges);
    }

    @Benchmark
    public boolean aLookUpForEachLength() {
        return set.contains(address);
    }

    @Benchmark
    public boolean eachRangeInTurn() {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }
}
