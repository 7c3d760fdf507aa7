package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.PolicyOrder;
import app.rcommerce.gateway.policy.PolicyRun;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.order.Policies;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.memory.MemoryConcurrencyStore;
import app.rcommerce.gateway.store.memory.MemoryEntryTicketStore;
import app.rcommerce.gateway.store.memory.MemoryStores;
import app.rcommerce.gateway.store.near.Near;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearReplies;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.KeySource;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

/** Measures all policies over one request, on memory stores: without a credential, and with a token. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PolicyRunBenchmark {

    private static final byte[] PEER = {(byte) 203, 0, 113, 9};

    private final PolicyOrder policies = policies();
    private final Request anonymous = Samples.request("accept", "*/*", "user-agent", "benchmark");
    private final Request withToken = withToken();

    private static PolicyOrder policies() {
        GatewayConfig config = Samples.config(20);
        Clock clock = Clock.system();
        Stores stores = MemoryStores.of(clock, 1 << 20);
        Near near = new Near(Tracking.NONE, Duration.ofMillis(500), false);
        Policies.Shared shared = new Policies.Shared(
                stores.limits(),
                stores.slots(),
                new LocalQuotas(clock, 1 << 20),
                new MemoryConcurrencyStore(),
                () -> 1,
                new NearBlockList(stores.blocks(), near, clock),
                new NearRevocations(stores.revocations(), near, clock),
                new NearSessions(stores.sessions(), near, clock),
                stores.sockets(),
                new NearReplies(stores.replies(), near, clock, 1 << 20),
                new MemoryEntryTicketStore(clock),
                clock,
                Telemetry.NONE);
        KeySet keys = KeySet.ofSecret(Samples.SECRET.getBytes(StandardCharsets.UTF_8));
        return Policies.of(config, shared, KeySource.fixed(keys)).requests();
    }

    private static Request withToken() {
        try {
            String token = Samples.token(JWSAlgorithm.HS256, new MACSigner(Samples.SECRET));
            return Samples.request("accept", "*/*", "user-agent", "benchmark", "authorization", "Bearer " + token);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean run(Request request) {
        boolean[] forwarded = new boolean[1];
        new PolicyRun(
                        policies,
                        new Call(request, "req_benchmark", PEER),
                        Runnable::run,
                        (answer, failure) -> forwarded[0] = answer == null)
                .start();
        if (!forwarded[0]) {
            throw new IllegalStateException("the request was refused");
        }
        return forwarded[0];
    }

    @Benchmark
    public boolean anonymous() {
        return run(anonymous);
    }

    @Benchmark
    public boolean token() {
        return run(withToken);
    }
}
