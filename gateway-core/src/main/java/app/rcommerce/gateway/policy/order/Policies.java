package app.rcommerce.gateway.policy.order;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.block.CidrSet;
import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.TlsConfig;
import app.rcommerce.gateway.identity.ApiKeys;
import app.rcommerce.gateway.limit.Condition;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.LimitKey;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.PolicyOrder;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.access.BlockGate;
import app.rcommerce.gateway.policy.access.CheckHandshake;
import app.rcommerce.gateway.policy.access.ExemptIdentity;
import app.rcommerce.gateway.policy.access.FindClient;
import app.rcommerce.gateway.policy.access.FindRoute;
import app.rcommerce.gateway.policy.access.LimitWebSockets;
import app.rcommerce.gateway.policy.access.OpenSocketCheck;
import app.rcommerce.gateway.policy.access.RefuseBlockedAddress;
import app.rcommerce.gateway.policy.access.RefuseBlockedIdentity;
import app.rcommerce.gateway.policy.access.RequireScopes;
import app.rcommerce.gateway.policy.access.ResumeSocket;
import app.rcommerce.gateway.policy.auth.Authenticate;
import app.rcommerce.gateway.policy.auth.Presented;
import app.rcommerce.gateway.policy.auth.RefuseRevoked;
import app.rcommerce.gateway.policy.auth.SessionLookup;
import app.rcommerce.gateway.policy.auth.Suspects;
import app.rcommerce.gateway.policy.limit.LimitAddress;
import app.rcommerce.gateway.policy.limit.LimitGate;
import app.rcommerce.gateway.policy.limit.LimitIdentity;
import app.rcommerce.gateway.policy.limit.LocalLimits;
import app.rcommerce.gateway.policy.limit.RoutePlans;
import app.rcommerce.gateway.policy.reply.LookUpReply;
import app.rcommerce.gateway.route.Router;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.memory.MemoryConcurrencyStore;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearReplies;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.store.topic.EntryTicketStore;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.Forgeries;
import app.rcommerce.gateway.token.JwtVerifier;
import app.rcommerce.gateway.token.KeySource;
import app.rcommerce.gateway.token.TokenRules;
import app.rcommerce.gateway.token.VerifiedTokens;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Wires the policies of a configuration and puts them into their order. Cheap and local policies come before those that
 * wait for the store, and limits by address before any signature is verified. All requests to the store are sent before
 * any is answered, as far as the caller is recognized without cryptography and is no suspect. Limits by identity decide
 * after blocks and revocations, and what they have taken for a call that is refused goes back, so that a revoked token
 * does not spend its owner's quota.
 */
public final class Policies {

    /**
     * The stores and other objects that the policies share with those of other configurations.
     *
     * @param limits the counts of limits
     * @param slots requests in flight
     * @param localQuotas what this node admits while the store is silent
     * @param localSlots requests in flight of this node alone, for that time
     * @param nodes how many nodes share the store, as last seen
     * @param blocks the block list
     * @param revocations revoked tokens
     * @param sessions login sessions
     * @param sockets records of WebSockets
     * @param replies stored replies
     * @param tickets those that let browsers in once
     * @param clock the clock
     * @param telemetry is told what is decided
     */
    public record Shared(
            LimitStore limits,
            ConcurrencyStore slots,
            LocalQuotas localQuotas,
            MemoryConcurrencyStore localSlots,
            IntSupplier nodes,
            NearBlockList blocks,
            NearRevocations revocations,
            NearSessions sessions,
            SocketStore sockets,
            NearReplies replies,
            EntryTicketStore tickets,
            Clock clock,
            Telemetry telemetry) {}

    /**
     * The policies of a configuration in their orders.
     *
     * @param requests what is decided about a request
     * @param renewals what is decided about a token that is shown on a connection that is open: by the same policies,
     *     which remember the same tokens and forgeries
     */
    public record Orders(PolicyOrder requests, PolicyOrder renewals) {}

    private Policies() {}

    /**
     * The policies of the configuration; {@code keys} verify its tokens. Their order is the same whatever the
     * consistency: in strict mode nearly every policy asks the store, with near copies those about a caller who is new.
     */
    public static Orders of(GatewayConfig config, Shared shared, KeySource keys) {
        Telemetry telemetry = shared.telemetry();
        AccessList allowed = new AccessList(config.access().allow());
        BlockGate blocks = new BlockGate(
                new AccessList(config.access().block()),
                shared.blocks(),
                config.access().onStoreFailure(),
                telemetry);
        LimitGate limits = new LimitGate(
                new LimitGate.Source(shared.limits(), shared.slots()),
                new LocalLimits(
                        new LocalLimits.Source(
                                shared.localQuotas(), shared.localSlots(), shared.limits(), shared.nodes()),
                        telemetry),
                telemetry);
        AuthConfig.Jwt jwt = config.auth().jwt();
        Suspects suspects = Suspects.remembered();
        RoutePlans plans = new RoutePlans(config.routes(), config.limits());
        Policy authenticate = authenticate(config, shared, keys, suspects);
        Policy exempt = new ExemptIdentity(allowed);
        Policy blockedUser = new RefuseBlockedIdentity(RefuseBlockedIdentity.Of.USER, blocks, allowed, suspects);
        Policy revoked = new RefuseRevoked(
                shared.revocations(), jwt == null ? OnUnknown.DENY : jwt.onStoreFailure(), suspects, telemetry);
        Policy scopes = new RequireScopes(telemetry);
        List<Policy> order = new ArrayList<>();
        order.add(new FindClient(new CidrSet(config.server().trustedProxies()), allowed));
        order.add(new RefuseBlockedAddress(blocks));
        TlsConfig tls = config.server().tls();
        if (tls != null && tls.clientCertificates() != TlsConfig.ClientCertificates.NONE) {
            order.add(new RefuseBlockedIdentity(RefuseBlockedIdentity.Of.CERTIFICATE, blocks, allowed, suspects));
        }
        order.add(new FindRoute(new Router(config.routes())));
        AuthConfig.Session session = config.auth().session();
        order.add(new LimitAddress(
                limits,
                plans,
                new Presented(
                        jwt == null ? null : jwt.cookie(),
                        session == null ? null : session.carrier(),
                        shared.sessions())));
        order.add(authenticate);
        order.add(exempt);
        order.add(new RefuseBlockedIdentity(RefuseBlockedIdentity.Of.API_KEY, blocks, allowed, suspects));
        order.add(blockedUser);
        order.add(revoked);
        order.add(new LimitIdentity(limits, plans));
        order.add(scopes);
        order.add(new CheckHandshake(telemetry));
        order.add(new LimitWebSockets(
                new LimitWebSockets.Source(shared.slots(), shared.localSlots(), shared.nodes()), telemetry));
        if (config.cache().socketRecords() != CacheConfig.SocketRecords.NONE) {
            order.add(new ResumeSocket(shared.sockets(), telemetry));
        }
        if (config.cache().enabled()) {
            order.add(new LookUpReply(shared.replies(), shared.clock(), telemetry));
        }
        return new Orders(
                PolicyOrder.of(order), PolicyOrder.of(List.of(authenticate, exempt, blockedUser, revoked, scopes)));
    }

    /** Whether callers of the configuration may keep their WebSockets open. */
    public static OpenSocketCheck openSockets(GatewayConfig config, Shared shared) {
        return new OpenSocketCheck(config, shared.blocks(), shared.revocations(), shared.sessions(), shared.clock());
    }

    private static Authenticate authenticate(GatewayConfig config, Shared shared, KeySource keys, Suspects suspects) {
        AuthConfig.Jwt jwt = config.auth().jwt();
        Authenticate.Tokens tokens = jwt == null
                ? null
                : new Authenticate.Tokens(
                        new VerifiedTokens(
                                new JwtVerifier(rules(jwt, config.limits().values()))),
                        keys,
                        new Forgeries(jwt.badSignatures(), shared.clock()));
        AuthConfig.Session session = config.auth().session();
        return new Authenticate(
                apiKeys(config),
                tokens,
                session == null ? null : new SessionLookup(session, shared.sessions(), shared.clock()),
                shared.tickets(),
                suspects,
                shared.clock(),
                shared.telemetry());
    }

    private static ApiKeys apiKeys(GatewayConfig config) {
        return ApiKeys.of(config.auth().apiKeys().stream()
                .map(key -> new ApiKeys.KnownKey(key.id(), key.sha256(), key.scopes(), key.limitMultiplier()))
                .toList());
    }

    private static TokenRules rules(AuthConfig.Jwt jwt, Collection<Limit> limits) {
        return new TokenRules(
                jwt.algorithms(),
                jwt.issuer(),
                jwt.audience(),
                jwt.clockSkew(),
                jwt.tokenTypes(),
                claims(limits),
                jwt.scopeClaims());
    }

    /** The names of the claims that limits ask for; no others are kept of a token. */
    private static Set<String> claims(Collection<Limit> limits) {
        Set<String> names = new HashSet<>();
        for (Limit limit : limits) {
            Condition.ClaimIs claim = limit.when().claim();
            if (claim != null) {
                names.add(claim.name());
            }
            for (LimitKey.Component component : limit.key().components()) {
                if (component instanceof LimitKey.Claim counted) {
                    names.add(counted.name());
                }
            }
        }
        return names;
    }
}
