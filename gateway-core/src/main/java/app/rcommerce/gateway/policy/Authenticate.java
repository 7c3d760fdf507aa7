package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.identity.ApiKeys;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.KeySource;
import app.rcommerce.gateway.token.Verification;
import app.rcommerce.gateway.token.VerifiedTokens;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the presented credential. A bad one is refused with 401 wherever credentials are looked at, even where none is
 * required: who presents one wants to be someone.
 */
final class Authenticate implements Policy {

    /** How tokens are verified: by whose rules, with which keys. */
    record Tokens(VerifiedTokens verifier, KeySource keys) {}

    private static final String POLICY = "auth";

    private final ApiKeys apiKeys;
    private final @Nullable Tokens tokens;
    private final Clock clock;
    private final Telemetry telemetry;

    Authenticate(ApiKeys apiKeys, @Nullable Tokens tokens, Clock clock, Telemetry telemetry) {
        this.apiKeys = apiKeys;
        this.tokens = tokens;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    @Override
    public Verdict decide(Call call) {
        return switch (call.credential()) {
            case Credential.None ignored ->
                call.plan().route().auth() == Route.Auth.REQUIRED
                        ? refuse(call, Challenge.CREDENTIAL_MISSING, "missing")
                        : Verdict.PASS;
            case Credential.Malformed ignored -> refuse(call, Challenge.CREDENTIAL_MALFORMED, "malformed");
            case Credential.ApiKey key -> apiKey(call, key);
            case Credential.Token token -> token(call, token);
        };
    }

    private Verdict apiKey(Call call, Credential.ApiKey key) {
        Caller caller = apiKeys.find(key.presented());
        if (caller == null) {
            return refuse(call, Challenge.API_KEY_UNKNOWN, "api_key_unknown");
        }
        call.authenticated(caller);
        return Verdict.PASS;
    }

    private Verdict token(Call call, Credential.Token token) {
        if (tokens == null) {
            return refuse(call, Challenge.TOKEN_INVALID, "token_not_accepted");
        }
        Verification first = tokens.verifier().verify(token.compact(), tokens.keys().current(), clock.millis());
        if (!(first instanceof Verification.UnknownKey)) {
            return judge(call, first);
        }
        return new Verdict.Later<>(
                tokens.keys().refresh(),
                keys -> judge(call, verify(tokens, token, keys)),
                failure -> refuse(call, Challenge.TOKEN_INVALID, "token_unknown_key"));
    }

    private Verification verify(Tokens with, Credential.Token token, KeySet keys) {
        return with.verifier().verify(token.compact(), keys, clock.millis());
    }

    private Verdict judge(Call call, Verification verification) {
        return switch (verification) {
            case Verification.Verified verified -> {
                call.authenticated(verified.caller());
                yield Verdict.PASS;
            }
            case Verification.UnknownKey ignored -> refuse(call, Challenge.TOKEN_INVALID, "token_unknown_key");
            case Verification.Rejected rejected -> switch (rejected.reason()) {
                case EXPIRED -> refuse(call, Challenge.TOKEN_EXPIRED, "token_expired");
                default -> refuse(call, Challenge.TOKEN_INVALID, "token_invalid");
            };
        };
    }

    private Verdict refuse(Call call, Challenge challenge, String outcome) {
        telemetry.decided(POLICY, outcome);
        return challenge.answer(call);
    }
}
