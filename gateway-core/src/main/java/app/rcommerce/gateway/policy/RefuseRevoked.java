package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.store.NearRevocations;

/** Refuses revoked tokens with 401. */
final class RefuseRevoked implements Policy {

    private static final String POLICY = "revocation";

    private final NearRevocations revocations;
    private final OnUnknown onStoreFailure;
    private final Telemetry telemetry;

    RefuseRevoked(NearRevocations revocations, OnUnknown onStoreFailure, Telemetry telemetry) {
        this.revocations = revocations;
        this.onStoreFailure = onStoreFailure;
        this.telemetry = telemetry;
    }

    @Override
    public Verdict decide(Call call) {
        Caller.TokenCaller token = call.caller().token();
        if (token == null) {
            return Verdict.PASS;
        }
        revocations.seen(token.issuedAtMillis(), token.expiresAtMillis());
        return new Verdict.Later<>(
                revocations.isRevoked(token.tokenId(), token.identifier(), token.issuedAtMillis()),
                revoked -> revoked ? refuse(call) : Verdict.PASS,
                failure -> storeFailed(call, failure));
    }

    private Verdict refuse(Call call) {
        telemetry.decided(POLICY, "refused");
        return Challenge.TOKEN_REVOKED.answer(call);
    }

    private Verdict storeFailed(Call call, Throwable failure) {
        return StoreFailures.unknown(call, POLICY, onStoreFailure, telemetry, failure);
    }
}
