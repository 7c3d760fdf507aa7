package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.concurrent.CompletionException;

/** What policies have in common when the shared store cannot be asked. */
public final class StoreFailures {

    private StoreFailures() {}

    /**
     * A store that is away is expected and has a stated answer; anything else is a defect and ends the call with 500.
     */
    public static void rethrowUnlessExpected(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof StoreUnavailable)) {
            throw new IllegalStateException("a store failed in an unexpected way", cause);
        }
    }

    /** The stated answer to a caller of unknown standing: pass or refuse, as configured. */
    public static Verdict unknown(Call call, String policy, OnUnknown answer, Telemetry telemetry, Throwable failure) {
        rethrowUnlessExpected(failure);
        if (answer == OnUnknown.ALLOW) {
            telemetry.decided(policy, "unknown_allowed");
            return Verdict.PASS;
        }
        telemetry.decided(policy, "unknown_denied");
        return new Verdict.LocalReply(denial(call));
    }

    /** The 503 of a feature that is configured to refuse. */
    public static Reply denial(Call call) {
        return Denial.STORE_UNAVAILABLE.reply(call, new Field("retry-after", "1"));
    }
}
