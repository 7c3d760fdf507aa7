package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.store.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the policies, and what they have found out so far. Confined to the event loop of its
 * connection.
 */
public final class Call {

    private final Request request;
    private final String requestId;
    private final byte[] peer;
    private final List<LimitReport> limitReports = new ArrayList<>(4);

    private final List<LongConsumer> paid = new ArrayList<>(0);
    private final List<Slot> slots = new ArrayList<>(0);

    private @Nullable Route route;
    private byte @Nullable [] clientAddress;
    private @Nullable Identifier exactAddress;
    private @Nullable Identifier countedAddress;
    private boolean peerTrusted;
    private boolean allowlisted;
    private Credential credential = new Credential.None();
    private Caller caller = Caller.ANONYMOUS;
    private boolean recognized;
    private @Nullable CacheLookup cacheLookup;
    private String denialCode = "";
    private final List<String> refusedBy = new ArrayList<>(0);
    private boolean ended;

    /**
     * A call that nothing is known of yet.
     *
     * @param peer the address at the other end of the connection: 4 or 16 bytes
     */
    public Call(Request request, String requestId, byte[] peer) {
        this.request = request;
        this.requestId = requestId;
        this.peer = peer;
    }

    /** The request. */
    public Request request() {
        return request;
    }

    /** What the request is called in answers, logs and upstream. */
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

    /** The route, where the policies have come so far that it is known. */
    public Route foundRoute() {
        return Objects.requireNonNull(route, "the route is found before it is asked for");
    }

    /** The route is found. */
    public void routed(Route found) {
        this.route = found;
    }

    /** The client's address behind trusted proxies: the peer's own until it is known. */
    public byte[] clientAddress() {
        return clientAddress == null ? peer : clientAddress;
    }

    /** The client's address as it is written. */
    public String clientAddressText() {
        return exactAddress == null ? Addresses.format(peer) : exactAddress.value();
    }

    /** Whether the client's address is known: not where the request was refused before. */
    public boolean isClientFound() {
        return countedAddress != null;
    }

    /** The client's address as it is blocked: {@code ip:2001:db8::1}. */
    public Identifier exactAddress() {
        return Objects.requireNonNull(exactAddress, "the client is found before it is asked for");
    }

    /** The client's address as it is counted: IPv6 folded. */
    public Identifier countedAddress() {
        return Objects.requireNonNull(countedAddress, "the client is found before it is asked for");
    }

    /** The client's address is found: itself, as it is blocked and as it is counted. */
    public void clientFound(byte[] address, Identifier exact, Identifier counted) {
        this.clientAddress = address;
        this.exactAddress = exact;
        this.countedAddress = counted;
    }

    /** Whether the peer is a trusted proxy, so that what it forwards of the client is passed on. */
    public boolean peerTrusted() {
        return peerTrusted;
    }

    /** The peer is a trusted proxy. */
    public void trustPeer() {
        this.peerTrusted = true;
    }

    /** Whether the configuration exempts the caller from blocks and limits. */
    public boolean allowlisted() {
        return allowlisted;
    }

    /** The caller is exempt from blocks and limits. */
    public void allowlist() {
        this.allowlisted = true;
    }

    /** What the request presents, verified or not. */
    public Credential credential() {
        return credential;
    }

    /** The request presents this. */
    public void presented(Credential found) {
        this.credential = found;
    }

    /** Who is calling: anonymous until a credential is verified. */
    public Caller caller() {
        return caller;
    }

    /** The credential is verified, or counts for nothing. */
    public void authenticated(Caller verified) {
        this.caller = verified;
    }

    /** Whether the caller was known without a look at its credential's signature, and is no suspect. */
    public boolean isRecognized() {
        return recognized;
    }

    /** The caller is known without a look at its credential's signature. */
    public void recognized(Caller known) {
        authenticated(known);
        this.recognized = true;
    }

    /** What the cache had to say, or null where the route does not cache. */
    public @Nullable CacheLookup cacheLookup() {
        return cacheLookup;
    }

    /** The cache has been asked. */
    public void lookedUp(CacheLookup lookup) {
        this.cacheLookup = lookup;
    }

    /** Every enforced meter that was asked, in order. */
    public List<LimitReport> limitReports() {
        return limitReports;
    }

    /** A meter has been asked; what is told of it counts where it is enforced. */
    public void metered(Meter meter, LimitReport.Words words, Decision.State state) {
        if (meter.enforced()) {
            limitReports.add(new LimitReport(meter, words, state));
        }
    }

    /** Whether this limit has refused the call. */
    public boolean isRefusedBy(String limit) {
        return refusedBy.contains(limit);
    }

    /** This limit has refused the call. */
    public void refusedBy(String limit) {
        if (!refusedBy.contains(limit)) {
            refusedBy.add(limit);
        }
    }

    /** What is to be done once it is known how many permits the request has cost. */
    public void paid(LongConsumer settle) {
        paid.add(settle);
    }

    /**
     * The upstream has said what the request has cost, in the field that the route names. Anything but a whole number
     * is as if it had not; no more than the route's bound is believed. Once only.
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

    /** Keeps a request's place until the end; gives it up at once where that has come. Any thread. */
    public void hold(Slot slot) {
        synchronized (slots) {
            if (!ended) {
                slots.add(slot);
                return;
            }
        }
        slot.leave();
    }

    /** The request has ended, whatever way: places that it held are free. Any number of times, on any thread. */
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

    /** The stable code of the gateway's own answer; empty where there is none. */
    public String denialCode() {
        return denialCode;
    }

    void denied(String code) {
        this.denialCode = code;
    }
}
