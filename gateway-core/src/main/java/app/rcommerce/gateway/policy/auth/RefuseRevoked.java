package app.rcommerce.gateway.policy.auth;

import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.store.near.NearRevocations;
import java.util.concurrent.CompletableFuture;

/** Refuses revoked tokens with 401. */
public final class RefuseRevoked implements Policy {

    private static final String POLICY = "revocation";

    private final NearRevocations revocations;
    private final OnUnknown onStoreFailure;
    private final Suspects suspects;
    private final Telemetry telemetry;

    /**
     * A policy that refuses revoked tokens and records its verdicts with the suspects.
     *
     * @param onStoreFailure the verdict where revocations cannot be asked for
     */
    public RefuseRevoked(
            NearRevocations revocations, OnUnknown onStoreFailure, Suspects suspects, Telemetry telemetry) {
        this.revocations = revocations;
        this.onStoreFailure = onStoreFailure;
        this.suspects = suspects;
        this.telemetry = telemetry;
    }

    @Override
    public Ask ask(Call call) {
        return decide(call);
    }

    @Override
    public Verdict decide(Call call) {
        Caller.TokenCaller token = call.caller().token();
        if (token == null) {
            return Verdict.PASS;
        }
        revocations.seen(token.issuedAtMillis(), token.expiresAtMillis());
        return suspects.noted(token, judge(call, token));
    }

    private Verdict judge(Call call, Caller.TokenCaller token) {
        CompletableFuture<Boolean> revoked = revocations
                .isRevoked(token.tokenId(), token.identifier(), token.issuedAtMillis())
                .toCompletableFuture();
        if (revoked.isDone() && !revoked.isCompletedExceptionally()) {
            return judged(call, revoked.join());
        }
        return new Verdict.Later<>(revoked, found -> judged(call, found), failure -> storeFailed(call, failure));
    }

    private Verdict judged(Call call, boolean revoked) {
        return revoked ? refuse(call) : Verdict.PASS;
    }

    private Verdict refuse(Call call) {
        telemetry.decided(POLICY, "refused");
        return Challenge.TOKEN_REVOKED.answer(call);
    }

    private Verdict storeFailed(Call call, Throwable failure) {
        return StoreFailures.unknown(call, POLICY, onStoreFailure, telemetry, failure);
    }
}
