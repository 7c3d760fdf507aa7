package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Whether what let a socket be opened still holds, asked again and again while it is open: of the near copies, which
 * mostly know. Immutable; any thread.
 */
public final class OpenSocketCheck {

    /** The reasons for which an open socket has to end. */
    public enum Lost {
        /** Nothing is lost: the socket stays open. */
        NOTHING,
        /** The token has expired. */
        EXPIRED,
        /** The token, or the API key, is not accepted any more. */
        REVOKED,
        /** The address or an identity is blocked. */
        BLOCKED
    }

    /** What is known of an open socket and its caller. Immutable. */
    public static final class Standing {
        private final Route route;
        private final @Nullable Object upstream;
        private final boolean exempt;
        private final byte[] address;
        private final Identifier exact;
        private final Identifier counted;
        private final Caller caller;
        private final List<Identifier> identities;
        private final @Nullable SessionId session;

        private Standing(Call call, Route route, @Nullable Object upstream) {
            this.route = route;
            this.upstream = upstream;
            this.exempt = call.allowlisted();
            this.address = call.clientAddress();
            this.exact = call.exactAddress();
            this.counted = call.countedAddress();
            this.caller = call.caller();
            this.identities = call.identities();
            this.session = call.session();
        }

        private Standing(Standing before, Caller caller) {
            this.route = before.route;
            this.upstream = before.upstream;
            this.exempt = before.exempt;
            this.address = before.address;
            this.exact = before.exact;
            this.counted = before.counted;
            this.caller = caller;
            List<Identifier> all = new ArrayList<>(caller.identifiers());
            before.identities.stream()
                    .filter(one -> one.kind() == Identifier.Kind.CERT)
                    .forEach(all::add);
            this.identities = all;
            // Whoever shows a token has no need of a session any more.
            this.session = null;
        }

        /** The caller. */
        public Caller caller() {
            return caller;
        }

        /** The route. */
        public Route route() {
            return route;
        }

        /** The same for another caller at the same place. */
        public Standing of(Caller another) {
            return new Standing(this, another);
        }

        /** A call at the same place that presents this token, for what is decided about it anew. */
        public Call renewing(String requestId, String compact) {
            Call call = new Call(new Renewal(), requestId, address);
            call.clientFound(address, exact, counted);
            if (exempt) {
                call.allowlist();
            }
            call.routed(route);
            call.presented(Credential.token(compact));
            return call;
        }
    }

    private static final CompletableFuture<Lost> NOTHING = CompletableFuture.completedFuture(Lost.NOTHING);
    private static final CompletableFuture<Lost> EXPIRED = CompletableFuture.completedFuture(Lost.EXPIRED);
    private static final CompletableFuture<Lost> REVOKED = CompletableFuture.completedFuture(Lost.REVOKED);
    private static final CompletableFuture<Lost> BLOCKED = CompletableFuture.completedFuture(Lost.BLOCKED);

    private final AccessList blocked;
    private final AccessList allowed;
    private final NearBlockList blocks;
    private final NearRevocations revocations;
    private final NearSessions sessions;
    private final @Nullable Duration sessionsKnownFor;
    private final Clock clock;
    private final Set<Identifier> apiKeys = new HashSet<>();
    private final Map<String, Route> routes = new HashMap<>();
    private final Map<String, Object> upstreams = new HashMap<>();

    /** A check against the configuration and the near copies. */
    public OpenSocketCheck(
            GatewayConfig config,
            NearBlockList blocks,
            NearRevocations revocations,
            NearSessions sessions,
            Clock clock) {
        this.blocked = new AccessList(config.access().block());
        this.allowed = new AccessList(config.access().allow());
        this.blocks = blocks;
        this.revocations = revocations;
        this.sessions = sessions;
        AuthConfig.Session session = config.auth().session();
        this.sessionsKnownFor = session == null ? null : session.knownFor();
        this.clock = clock;
        config.auth().apiKeys().forEach(key -> apiKeys.add(Identifier.key(key.id())));
        config.routes().forEach(route -> routes.put(route.name(), route));
        upstreams.putAll(config.upstreams());
    }

    /** What is to be asked about the caller of a call that has passed the policies. */
    public Standing standing(Call call) {
        Route route = call.foundRoute();
        return new Standing(call, route, upstream(route));
    }

    private @Nullable Object upstream(Route route) {
        String name = route.handler().upstream();
        return name == null ? null : upstreams.get(name);
    }

    /** Whether this configuration has the route of the socket as it was, to the same upstream. */
    public boolean hasRoute(Standing standing) {
        Route route = standing.route;
        return route.equals(routes.get(route.name())) && Objects.equals(upstream(route), standing.upstream);
    }

    /**
     * What the caller has lost. Where the store cannot be asked and nothing is known against the caller, nothing: the
     * socket was opened when it could. The stage completes on any thread, and never fails.
     */
    public CompletionStage<Lost> lost(Standing standing) {
        Caller.TokenCaller token = standing.caller.token();
        if (token != null && token.expiresAtMillis() <= clock.millis()) {
            return EXPIRED;
        }
        Caller.ApiKeyCaller key = standing.caller.apiKey();
        if (key != null && !apiKeys.contains(key.identifier())) {
            return REVOKED;
        }
        Questions questions = new Questions();
        if (!standing.exempt) {
            askOfBlocks(standing, questions);
        }
        if (token != null) {
            questions.ask(revocations.find(token.tokenId(), token.identifier(), token.issuedAtMillis()), Lost.REVOKED);
        }
        if (token != null && standing.session != null) {
            askOfSession(standing.session, questions);
        }
        return questions.answer();
    }

    /** A session that has ended is lost; one that cannot be looked up is not. */
    private void askOfSession(SessionId id, Questions questions) {
        if (sessionsKnownFor == null) {
            questions.known(Lost.REVOKED);
            return;
        }
        questions.ask(
                sessions.find(id, sessionsKnownFor).thenApply(session -> session == null ? Lost.REVOKED : null),
                Lost.REVOKED);
    }

    private void askOfBlocks(Standing standing, Questions questions) {
        if (blocked.namesAddress(standing.address, standing.exact) || blocks.range(standing.address) != null) {
            questions.known(Lost.BLOCKED);
            return;
        }
        questions.ask(blocks.find(standing.exact, standing.counted), Lost.BLOCKED);
        for (Identifier identity : standing.identities) {
            if (blocked.names(identity) && !allowed.names(identity)) {
                questions.known(Lost.BLOCKED);
            } else if (!allowed.names(identity)) {
                questions.ask(blocks.find(identity), Lost.BLOCKED);
            }
        }
    }

    /** The answers to several questions, of which most are known when they are asked. For one thread. */
    private static final class Questions {
        private Lost worst = Lost.NOTHING;
        private @Nullable CompletableFuture<Lost> open;

        void known(Lost lost) {
            worst = worse(worst, lost);
        }

        /** Asks; an entry in the answer means that so much is lost. */
        <T> void ask(CompletionStage<@Nullable T> question, Lost lost) {
            CompletableFuture<@Nullable T> answer = question.toCompletableFuture();
            if (answer.state() == Future.State.SUCCESS) {
                known(answer.resultNow() == null ? Lost.NOTHING : lost);
                return;
            }
            CompletableFuture<Lost> later = answer.handle((found, failure) -> found == null ? Lost.NOTHING : lost);
            open = open == null ? later : open.thenCombine(later, OpenSocketCheck::worse);
        }

        CompletionStage<Lost> answer() {
            if (worst == Lost.BLOCKED) {
                return BLOCKED;
            }
            if (worst == Lost.REVOKED) {
                return REVOKED;
            }
            return open == null ? NOTHING : open;
        }
    }

    private static Lost worse(Lost one, Lost other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
