package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.http.FieldClasses;
import java.util.List;
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
 * Measures how fields of a browser's request that end at the gateway are found: most names told apart by two letters,
 * as {@link FieldClasses#mayBeClassed} does, against every name brought into lower case and looked up.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FieldClassesBenchmark {

    private final List<String> names = List.of(
            "Host",
            "User-Agent",
            "Accept",
            "Accept-Language",
            "Accept-Encoding",
            "Referer",
            "Authorization",
            "Cookie",
            "Sec-Fetch-Dest",
            "Sec-Fetch-Mode",
            "Sec-Fetch-Site",
            "If-None-Match",
            "Cache-Control",
            "X-Request-Id",
            "X-Forwarded-For");

    private static int ends(String name) {
        String lower = FieldClasses.lower(name);
        return FieldClasses.isSetByUs(lower)
                        || FieldClasses.isDropped(lower)
                        || FieldClasses.isClaim(lower)
                        || FieldClasses.isAlias(lower)
                ? 1
                : 0;
    }

    @Benchmark
    public int toldApartByTwoLetters() {
        int end = 0;
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (FieldClasses.mayBeClassed(name)) {
                end += ends(name);
            }
        }
        return end;
    }

    @Benchmark
    public int eachInLowerCase() {
        int end = 0;
        for (int i = 0; i < names.size(); i++) {
            end += ends(names.get(i));
        }
        return end;
    }
}
