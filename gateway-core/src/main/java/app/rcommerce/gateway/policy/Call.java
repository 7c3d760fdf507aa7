package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.store.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state of one request while it passes through the policies: the request, and what they have found out so far.
 * Confined to the event loop of its connection.
 */
public final class Call {

    private final Request request;
    private final String requestId;
    private final byte[] peer;
    private final @Nullable Identifier certificate;
    private final List<LimitReport> limitReports = new ArrayList<>(4);

    private final List<LongConsumer> paid = new ArrayList<>(0);
    private final List<Slot> slots = new ArrayList<>(0);

    private @Nullable Route route;
    private byte @Nullable [] clientAddress;
    private @Nullable Identifier exactAddress;
    private @Nullable Identifier countedAddress;
    private boolean peerTrusted;
    private boolean allowlisted;
    private Credential credential = Credential.NONE;
    private @Nullable SessionId session;
    private Caller caller = Caller.ANONYMOUS;
    private @Nullable String identitiesText;
    private boolean recognized;
    private @Nullable CacheLookup cacheLookup;
    private @Nullable SocketRecord resumed;
    private String denialCode = "";
    private @Nullable Reason reason;
    private final List<String> refusedBy = new ArrayList<>(0);
    private boolean ended;

    /**
     * A call of which nothing is known yet.
     *
     * @param peer the address at the other end of the connection: 4 or 16 bytes
     */
    public Call(Request request, String requestId, byte[] peer) {
        this(request, requestId, peer, null);
    }

    /**
     * As above, of a client that has shown a certificate.
     *
     * @param certificate what it says of who the client is; null where none was shown
     */
    public Call(Request request, String requestId, byte[] peer, @Nullable Identifier certificate) {
        this.request = request;
        this.requestId = requestId;
        this.peer = peer;
        this.certificate = certificate;
    }

    /** What the client's certificate says of who it is; null where it has shown none. */
    public @Nullable Identifier certificate() {
        return certificate;
    }

    /**
     * The identity closest to one person; the certificate's where no credential was presented, null where neither was.
     */
    public @Nullable Identifier identity() {
        Identifier closest = caller.closest();
        return closest == null ? certificate : closest;
    }

    /** All that is known of who calls, beside its address: an API key, a user, a certificate. */
    public List<Identifier> identities() {
        List<Identifier> known = caller.identifiers();
        if (certificate == null) {
            return known;
        }
        List<Identifier> all = new ArrayList<>(known);
        all.add(certificate);
        return all;
    }

    /**
     * The text of the identities, a list where there are several (RFC 9110 §5.6.1), such as an app's key and a user;
     * empty where there are none.
     */
    public String identitiesText() {
        String text = identitiesText;
        if (text == null) {
            text = text(identities());
            identitiesText = text;
        }
        return text;
    }

    private static String text(List<Identifier> identities) {
        return switch (identities.size()) {
            case 0 -> "";
            case 1 -> identities.getFirst().toString();
            default -> identities.stream().map(Identifier::toString).collect(Collectors.joining(", "));
        };
    }

    /** The request. */
    public Request request() {
        return request;
    }

    /** The request's id in responses, in logs and upstream. */
    public String requestId() {
        return requestId;
    }

    /** The address at the other end of the connection. */
    public byte[] peer() {
        return peer;
    }

    /** The route, or null while none is found. */
    public @Nullable Route route() {
        return route;
    }

    /** The route; to be called only once it is found. */
    public Route foundRoute() {
        return Objects.requireNonNull(route, "the route is found before it is asked for");
    }

    /** Records the route. */
    public void routed(Route found) {
        this.route = found;
    }

    /** The client's address behind trusted proxies: the peer's own until it is known. */
    public byte[] clientAddress() {
        return clientAddress == null ? peer : clientAddress;
    }

    /** The text of the client's address. */
    public String clientAddressText() {
        return exactAddress == null ? Addresses.format(peer) : exactAddress.value();
    }

    /** Whether the client's address is known. It is not where the request was refused before it was found. */
    public boolean isClientFound() {
        return countedAddress != null;
    }

    /** The identifier under which the client's address is blocked, such as {@code ip:2001:db8::1}. */
    public Identifier exactAddress() {
        return Objects.requireNonNull(exactAddress, "the client is found before it is asked for");
    }

    /** The identifier under which the client's address is counted: IPv6 is folded to its /64 network. */
    public Identifier countedAddress() {
        return Objects.requireNonNull(countedAddress, "the client is found before it is asked for");
    }

    /** Records the client's address, and the identifiers under which it is blocked and counted. */
    public void clientFound(byte[] address, Identifier exact, Identifier counted) {
        this.clientAddress = address;
        this.exactAddress = exact;
        this.countedAddress = counted;
    }

    /** Whether the peer is a trusted proxy, so that what it says about the client is forwarded. */
    public boolean peerTrusted() {
        return peerTrusted;
    }

    /** Records that the peer is a trusted proxy. */
    public void trustPeer() {
        this.peerTrusted = true;
    }

    /** Whether the configuration exempts the caller from blocks and limits. */
    public boolean allowlisted() {
        return allowlisted;
    }

    /** Records that the caller is exempt from blocks and limits. */
    public void allowlist() {
        this.allowlisted = true;
    }

    /** The credential that the request presents, verified or not. */
    public Credential credential() {
        return credential;
    }

    /** Records the credential that the request presents. */
    public void presented(Credential found) {
        this.credential = found;
    }

    /** The login session that the caller goes by: its own, or that for which its ticket was given. */
    public @Nullable SessionId session() {
        return credential instanceof Credential.Session own ? own.id() : session;
    }

    /** Records the login session for which the caller's ticket was given. */
    public void ticketOf(@Nullable SessionId of) {
        this.session = of;
    }

    /** The caller; anonymous until a credential is verified. */
    public Caller caller() {
        return caller;
    }

    /** Records the caller once its credential is verified. */
    public void authenticated(Caller verified) {
        this.caller = verified;
        this.identitiesText = null;
    }

    /** Whether the caller was known without verifying a signature, and is not a suspect. */
    public boolean isRecognized() {
        return recognized;
    }

    /** Records a caller that is known without verifying a signature. */
    public void recognized(Caller known) {
        authenticated(known);
        this.recognized = true;
    }

    /** The result of the cache look-up, or null where the route does not cache. */
    public @Nullable CacheLookup cacheLookup() {
        return cacheLookup;
    }

    /** Records the result of the cache look-up. */
    public void lookedUp(CacheLookup lookup) {
        this.cacheLookup = lookup;
    }

    /** The record of the WebSocket that the caller continues; null where it opens one of which nothing is known. */
    public @Nullable SocketRecord resumed() {
        return resumed;
    }

    /** Records that the caller continues a WebSocket, whose record is its own. */
    public void resumes(SocketRecord record) {
        this.resumed = record;
    }

    /** The reports of all enforced meters that were asked, in order. */
    public List<LimitReport> limitReports() {
        return limitReports;
    }

    /** Records the state of a meter that was asked; has no effect where the meter is not enforced. */
    public void metered(Meter meter, LimitReport.Words words, Decision.State state) {
        if (meter.enforced()) {
            limitReports.add(new LimitReport(meter, words, state));
        }
    }

    /** Whether this limit has refused the call. */
    public boolean isRefusedBy(String limit) {
        return refusedBy.contains(limit);
    }

    /** Records that this limit has refused the call. */
    public void refusedBy(String limit) {
        if (!refusedBy.contains(limit)) {
            refusedBy.add(limit);
        }
    }

    /** Registers what is to be done once it is known how many permits the request has cost. */
    public void paid(LongConsumer settle) {
        paid.add(settle);
    }

    /**
     * Records what the request has cost, as the upstream says in the field that the route names. A text that is not a
     * whole number is ignored, and a number above the route's bound counts as the bound. Only the first call has an
     * effect.
     */
    public void cost(String text) {
        if (route == null || text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return;
        }
        long most = route.cost().most();
        long permits = text.length() > 18 ? most : Math.min(Long.parseLong(text), most);
        paid.forEach(settle -> settle.accept(permits));
        paid.clear();
    }

    /** Holds a slot until the request ends; gives it up at once where it has ended already. Any thread. */
    public void hold(Slot slot) {
        synchronized (slots) {
            if (!ended) {
                slots.add(slot);
                return;
            }
        }
        slot.leave();
    }

    /** Records that the request has ended, and gives up its slots. May be called any number of times, on any thread. */
    public void end() {
        List<Slot> held;
        synchronized (slots) {
            ended = true;
            if (slots.isEmpty()) {
                return;
            }
            held = List.copyOf(slots);
            slots.clear();
        }
        held.forEach(Slot::leave);
    }

    /**
     * Hands over the slots of a call whose connection goes on with another protocol: they are given up together, when
     * that ends. For the call it counts as its end.
     */
    public Slot handOver() {
        List<Slot> held;
        synchronized (slots) {
            ended = true;
            held = List.copyOf(slots);
            slots.clear();
        }
        return () -> held.forEach(Slot::leave);
    }

    /** The stable code of the gateway's own answer; empty where there is none. */
    public String denialCode() {
        return denialCode;
    }

    /** Why the gateway has refused the call, where there is more to say than the code does; else null. */
    public @Nullable Reason reason() {
        return reason;
    }

    void denied(String code, @Nullable Reason why) {
        this.denialCode = code;
        this.reason = why;
    }
}
