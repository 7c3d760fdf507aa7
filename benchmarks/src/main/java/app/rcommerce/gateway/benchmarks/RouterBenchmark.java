package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.route.Router;
import java.util.concurrent.TimeUnit;
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

/** Measures finding a route among few and among many. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouterBenchmark {

    @Param({"0", "1000"})
    public int moreRoutes;

    private Router router = new Router(java.util.List.of());

    @Setup
    public void setUp() {
        router = new Router(Samples.config(moreRoutes).routes());
    }

    @Benchmark
    public Router.Match found() {
        return router.match("GET", "shop.example.com", "/api/v1/products/5d1c4b8e");
    }

    @Benchmark
    public Router.Match byTheCatchAll() {
        return router.match("POST", "shop.example.com", "/api/v1/section7/5/other");
    }
}
