package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.concurrent.CompletionException;

/** The common handling of failures of the shared store in policies. Stateless; any thread. */
public final class StoreFailures {

    private StoreFailures() {}

    /**
     * Throws unless the failure says that the store is unavailable, which is expected and handled as configured. Any
     * other failure is a defect and ends the call with 500.
     */
    public static void rethrowUnlessExpected(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof StoreUnavailable)) {
            throw new IllegalStateException("a store failed in an unexpected way", cause);
        }
    }

    /**
     * The verdict, as configured, about a caller of whom the store could not be asked: it passes, or is refused with
     * 503.
     */
    public static Verdict unknown(Call call, String policy, OnUnknown answer, Telemetry telemetry, Throwable failure) {
        rethrowUnlessExpected(failure);
        if (answer == OnUnknown.ALLOW) {
            telemetry.decided(policy, "unknown_allowed");
            return Verdict.PASS;
        }
        telemetry.decided(policy, "unknown_denied");
        return new Verdict.LocalReply(denial(call));
    }

    /** The 503 with which a call is refused because the store is unavailable. */
    public static Reply denial(Call call) {
        return Denial.STORE_UNAVAILABLE.reply(call, new Field("retry-after", "1"));
    }
}
