package app.rcommerce.gateway.policy.auth;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.identity.ApiKeys;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.ErrorBody;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.RateLimitFields;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.store.topic.EntryTicketStore;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.Forgeries;
import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.KeySource;
import app.rcommerce.gateway.token.Verification;
import app.rcommerce.gateway.token.VerifiedTokens;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the presented credential. A bad one is refused with 401 on every route that looks at credentials, even on
 * one that does not require any, since a caller that presents a credential does not mean to be anonymous.
 */
public final class Authenticate implements Policy {

    /**
     * The parts of token verification: the verifier, the source of its keys, and the bound on bad tokens of one
     * address.
     */
    public record Tokens(VerifiedTokens verifier, KeySource keys, Forgeries forgeries) {}

    private static final String POLICY = "auth";

    /** A fault of a token, as metrics and the log name it. */
    private record Fault(String outcome, Reason.BadToken reason) {

        private static final Map<Verification.Reason, Fault> BY_REASON = Stream.of(Verification.Reason.values())
                .collect(Collectors.toUnmodifiableMap(reason -> reason, reason -> of(reason.label())));

        private static Fault of(Verification.Reason reason) {
            return Objects.requireNonNull(BY_REASON.get(reason), "every reason is a fault");
        }

        private static Fault of(String fault) {
            return new Fault("token_" + fault, new Reason.BadToken(fault));
        }
    }

    /** No key has verified the token, and there are no newer ones. */
    private static final Fault NO_KEY = Fault.of("no_key");

    /** Too many from the same address had a bad signature, so it was not looked at. */
    private static final Fault UNVERIFIED = Fault.of("unverified");

    /** No tokens are accepted at all. */
    private static final Fault NOT_ACCEPTED = Fault.of("not_accepted");

    private final ApiKeys apiKeys;
    private final @Nullable Tokens tokens;
    private final @Nullable SessionLookup sessions;
    private final EntryTicketStore tickets;
    private final Suspects suspects;
    private final Clock clock;
    private final Telemetry telemetry;

    /**
     * A policy that verifies by these keys.
     *
     * @param tokens how tokens are verified; null where no token is accepted
     * @param sessions how sessions are looked up; null where none is accepted
     * @param tickets those that let browsers in once
     */
    public Authenticate(
            ApiKeys apiKeys,
            @Nullable Tokens tokens,
            @Nullable SessionLookup sessions,
            EntryTicketStore tickets,
            Suspects suspects,
            Clock clock,
            Telemetry telemetry) {
        this.apiKeys = apiKeys;
        this.tokens = tokens;
        this.sessions = sessions;
        this.tickets = tickets;
        this.suspects = suspects;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    /**
     * Recognizes the caller ahead of the turn where that needs no cryptography, so that the store is asked about its
     * identity before the address has been checked. No caller is refused here; one that is not recognized, or is a
     * suspect, is authenticated in turn.
     */
    @Override
    public Ask ask(Call call) {
        if (call.credential() instanceof Credential.None) {
            return call.foundRoute().auth().isRequired() ? Ask.WAIT : Verdict.PASS;
        }
        if (!accepts(call.foundRoute().auth(), call.credential())) {
            return Ask.WAIT;
        }
        Caller known = known(call);
        if (known == null || suspects.contains(known)) {
            return Ask.WAIT;
        }
        call.recognized(known);
        return Verdict.PASS;
    }

    private @Nullable Caller known(Call call) {
        return switch (call.credential()) {
            case Credential.None ignored -> null;
            case Credential.Malformed ignored -> null;
            case Credential.Ticket ignored -> null;
            case Credential.ApiKey key -> apiKeys.find(key.presented());
            case Credential.Token token -> known(token);
            case Credential.Session session -> sessions == null ? null : sessions.known(call, session.id());
            case Credential.KeyAndToken both -> {
                Caller.ApiKeyCaller app = apiKeys.find(both.key().presented());
                Caller.TokenCaller user = app == null ? null : known(both.token());
                yield app == null || user == null ? null : new Caller.KeyAndToken(app, user);
            }
        };
    }

    private Caller.@Nullable TokenCaller known(Credential.Token token) {
        return tokens != null
                        && tokens.verifier().find(token.compact(), tokens.keys().current(), clock.millis())
                                instanceof Verification.Verified verified
                ? verified.caller()
                : null;
    }

    @Override
    public Verdict decide(Call call) {
        Route.Auth auth = call.foundRoute().auth();
        if (!accepts(auth, call.credential())) {
            boolean key = call.credential() instanceof Credential.ApiKey;
            return refuse(call, key ? Challenge.TOKEN_EXPECTED : Challenge.API_KEY_EXPECTED, "kind_not_accepted");
        }
        return switch (call.credential()) {
            case Credential.None ignored -> none(call, auth);
            case Credential.Malformed ignored -> refuse(call, Challenge.CREDENTIAL_MALFORMED, "malformed");
            case Credential.ApiKey key -> apiKey(call, key);
            case Credential.Token token -> token(call, token);
            case Credential.Session session ->
                sessions == null ? none(call, auth) : sessions.decide(call, session.id(), telemetry);
            case Credential.Ticket ticket -> ticket(call, ticket);
            case Credential.KeyAndToken both -> {
                Verdict key = apiKey(call, both.key());
                yield key instanceof Verdict.Pass ? token(call, both.token()) : key;
            }
        };
    }

    private Verdict none(Call call, Route.Auth auth) {
        return auth.isRequired() ? refuse(call, Challenge.CREDENTIAL_MISSING, "missing") : Verdict.PASS;
    }

    /**
     * Whether the route accepts credentials of this kind. Of a key beside a token one suffices: the other says more of
     * the same caller, and is verified too.
     */
    private static boolean accepts(Route.Auth auth, Credential credential) {
        return switch (credential) {
            case Credential.ApiKey ignored -> auth.accepted().contains(Route.CredentialKind.API_KEY);
            case Credential.Token ignored -> auth.accepted().contains(Route.CredentialKind.JWT);
            case Credential.Session ignored -> auth.accepted().contains(Route.CredentialKind.SESSION);
            case Credential.None ignored -> true;
            case Credential.Malformed ignored -> true;
            case Credential.Ticket ignored -> true;
            case Credential.KeyAndToken ignored -> true;
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

    /** Takes a ticket, which is good once; who it is for was verified when it was asked for. */
    private Verdict ticket(Call call, Credential.Ticket ticket) {
        String route = call.foundRoute().name();
        return new Verdict.Later<>(
                tickets.take(Digests.sha256Hex(ticket.presented())),
                text -> {
                    Caller caller = text == null ? null : TicketText.read(text, route);
                    Caller.TokenCaller user = caller == null ? null : caller.token();
                    if (text == null || caller == null || (user != null && user.expiresAtMillis() <= clock.millis())) {
                        return refuse(call, Challenge.TICKET_UNKNOWN, "ticket_unknown");
                    }
                    call.authenticated(caller);
                    call.ticketOf(TicketText.session(text));
                    return Verdict.PASS;
                },
                failure -> {
                    StoreFailures.rethrowUnlessExpected(failure);
                    telemetry.decided(POLICY, "ticket_unverified");
                    return new Verdict.LocalReply(StoreFailures.denial(call));
                });
    }

    /** The caller of a verified token; where an API key has been found too, the caller with both. */
    private static Caller joined(Call call, Caller.TokenCaller user) {
        Caller.ApiKeyCaller app = call.caller().apiKey();
        return app == null ? user : new Caller.KeyAndToken(app, user);
    }

    private Verdict token(Call call, Credential.Token token) {
        if (tokens == null) {
            return refuse(call, Challenge.TOKEN_INVALID, NOT_ACCEPTED);
        }
        KeySet current = tokens.keys().current();
        Verification known = tokens.verifier().find(token.compact(), current, clock.millis());
        if (known != null) {
            return judge(call, known);
        }
        long waitMillis = call.allowlisted() ? 0 : tokens.forgeries().waitMillis(call.countedAddress());
        if (waitMillis > 0) {
            return unverified(call, waitMillis);
        }
        Verification first = verify(tokens, call, token, current);
        if (!(first instanceof Verification.UnknownKey)) {
            return judge(call, first);
        }
        return new Verdict.Later<>(
                tokens.keys().refresh(),
                keys -> judge(call, verify(tokens, call, token, keys)),
                failure -> refuse(call, Challenge.TOKEN_INVALID, NO_KEY));
    }

    private Verification verify(Tokens with, Call call, Credential.Token token, KeySet keys) {
        Verification verification = with.verifier().verify(token.compact(), keys, clock.millis());
        if (verification instanceof Verification.Rejected(Verification.Reason reason)
                && reason == Verification.Reason.SIGNATURE) {
            with.forgeries().happened(call.countedAddress());
        }
        return verification;
    }

    private Verdict unverified(Call call, long waitMillis) {
        call.authenticated(Caller.ANONYMOUS);
        telemetry.decided(POLICY, UNVERIFIED.outcome());
        long seconds = RateLimitFields.secondsUp(waitMillis);
        return new Verdict.LocalReply(Denial.TOO_MANY_FORGERIES.reply(
                call,
                UNVERIFIED.reason(),
                Denial.TOO_MANY_FORGERIES.message(),
                new ErrorBody.Extras(seconds, List.of()),
                new Field("retry-after", Long.toString(seconds))));
    }

    private Verdict judge(Call call, Verification verification) {
        return switch (verification) {
            case Verification.Verified verified -> {
                call.authenticated(joined(call, verified.caller()));
                yield Verdict.PASS;
            }
            case Verification.UnknownKey ignored -> refuse(call, Challenge.TOKEN_INVALID, NO_KEY);
            case Verification.Rejected(Verification.Reason reason) ->
                refuse(
                        call,
                        reason == Verification.Reason.EXPIRED ? Challenge.TOKEN_EXPIRED : Challenge.TOKEN_INVALID,
                        Fault.of(reason));
        };
    }

    private Verdict refuse(Call call, Challenge challenge, Fault fault) {
        return refuse(call, challenge, fault.outcome(), fault.reason());
    }

    private Verdict refuse(Call call, Challenge challenge, String outcome) {
        return refuse(call, challenge, outcome, null);
    }

    private Verdict refuse(Call call, Challenge challenge, String outcome, Reason.@Nullable BadToken reason) {
        // Where one of two credentials is bad the other one counts for nothing.
        call.authenticated(Caller.ANONYMOUS);
        telemetry.decided(POLICY, outcome);
        return challenge.answer(call, reason);
    }
}
