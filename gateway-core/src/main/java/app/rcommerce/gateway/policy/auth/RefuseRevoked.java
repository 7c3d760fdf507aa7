package app.rcommerce.gateway.policy.auth;

import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.store.near.NearRevocations.Revocation;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Refuses revoked tokens with 401. */
public final class RefuseRevoked implements Policy {

    private static final String POLICY = "revocation";
    private static final Reason.BadToken REVOKED = new Reason.BadToken("revoked");
    private static final Reason.BadToken CUT_OFF = new Reason.BadToken("cut_off");

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
        CompletableFuture<@Nullable Revocation> revoked = revocations
                .find(token.tokenId(), token.identifier(), token.issuedAtMillis())
                .toCompletableFuture();
        if (revoked.isDone() && !revoked.isCompletedExceptionally()) {
            return judged(call, revoked.join());
        }
        return new Verdict.Later<@Nullable Revocation>(
                revoked, found -> judged(call, found), failure -> storeFailed(call, failure));
    }

    private Verdict judged(Call call, @Nullable Revocation by) {
        if (by == null) {
            return Verdict.PASS;
        }
        Reason.BadToken why = switch (by) {
            case TOKEN -> REVOKED;
            case CUTOFF -> CUT_OFF;
        };
        telemetry.decided(POLICY, why.fault());
        return Challenge.TOKEN_REVOKED.answer(call, why);
    }

    /** A session was good a short while ago, or it would not have got so far. */
    private Verdict storeFailed(Call call, Throwable failure) {
        OnUnknown then = call.credential() instanceof Credential.Session ? OnUnknown.ALLOW : onStoreFailure;
        return StoreFailures.unknown(call, POLICY, then, telemetry, failure);
    }
}
