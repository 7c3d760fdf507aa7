package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.ErrorBody;
import java.io.ByteArrayOutputStream;
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
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Measures the body of a refusal: put together as a text, as {@link ErrorBody} does, against Jackson's generator. Both
 * write the same bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ErrorBodyBenchmark {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final String requestId = "req_0123456789abcdefghjk";

    @Benchmark
    public byte[] asAText() {
        return ErrorBody.plain(Denial.TOO_MANY_AT_ONCE, requestId);
    }

    @Benchmark
    public byte[] byAGenerator() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeName("error");
            json.writeStartObject();
            json.writeStringProperty("code", Denial.TOO_MANY_AT_ONCE.code());
            json.writeStringProperty("message", Denial.TOO_MANY_AT_ONCE.message());
            json.writeStringProperty("request_id", requestId);
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
