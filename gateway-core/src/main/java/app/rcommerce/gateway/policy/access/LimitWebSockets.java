package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.ErrorBody;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.route.WebSocketRule;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.Slot;
import app.rcommerce.gateway.store.memory.MemoryConcurrencyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the open WebSockets of a route, on one with topics the event streams with them: of one address and of one
 * identity over all nodes, and in all on this node. A socket holds its places until it ends. While the store does not
 * answer, this node counts by itself and has its share of the bounds.
 */
public final class LimitWebSockets implements Policy {

    /**
     * The counts of open sockets.
     *
     * @param shared over all nodes
     * @param local of this node
     * @param nodes how many nodes share the bounds
     */
    public record Source(ConcurrencyStore shared, MemoryConcurrencyStore local, IntSupplier nodes) {}

    private static final String POLICY = "websocket";
    /** How long a client should wait that finds no place: until then some sockets may have ended. */
    private static final long RETRY_SECONDS = 10;
    /** Whoever it is: the count in all is kept under a bucket of its own. */
    private static final Identifier EVERYBODY = Identifier.ip("0.0.0.0");

    /** One of the bounds that a handshake asks for a place under. */
    private static final class Place {
        final Identifier identifier;
        final String outcome;
        final int most;

        @Nullable
        Slot slot;

        @Nullable
        Throwable failure;

        Reason.Counted counted = Reason.Counted.SHARED;

        Place(Identifier identifier, String outcome, int most) {
            this.identifier = identifier;
            this.outcome = outcome;
            this.most = most;
        }
    }

    private final Source source;
    private final Telemetry telemetry;

    /** A policy that takes places from the source. */
    public LimitWebSockets(Source source, Telemetry telemetry) {
        this.source = source;
        this.telemetry = telemetry;
    }

    @Override
    public Ask ask(Call call) {
        return Ask.IN_TURN;
    }

    @Override
    public Verdict decide(Call call) {
        WebSocketRule rule = call.foundRoute().handler().webSocket();
        if (rule == null || !staysOpen(call)) {
            return Verdict.PASS;
        }
        String route = call.foundRoute().name();
        Slot inAll = source.local().enterNow(EVERYBODY, "websockets:" + route, rule.maxInAll());
        if (inAll == null) {
            telemetry.decided(POLICY, "max_in_all");
            return new Verdict.LocalReply(
                    full(call).reply(call, new Field("retry-after", Long.toString(RETRY_SECONDS))));
        }
        call.hold(inAll);
        List<Place> places = places(call, rule);
        if (places.isEmpty()) {
            return Verdict.PASS;
        }
        String bucket = bucket(route);
        CompletableFuture<?>[] asked =
                places.stream().map(place -> enter(call, place, bucket)).toArray(CompletableFuture<?>[]::new);
        return new Verdict.Later<>(CompletableFuture.allOf(asked), done -> settle(call, places, bucket), failure -> {
            StoreFailures.rethrowUnlessExpected(failure);
            return settle(call, places, bucket);
        });
    }

    /** Whether the call is for a socket, or for events that end with its connection. */
    private static boolean staysOpen(Call call) {
        return call.request().isWebSocketHandshake()
                || (call.foundRoute().handler().events() != null
                        && call.request().method().equals("GET"));
    }

    private static Denial full(Call call) {
        return call.request().isWebSocketHandshake() ? Denial.WEBSOCKETS_FULL : Denial.STREAMS_FULL;
    }

    /** The name of the count, which none of a limit has. */
    private static String bucket(String route) {
        return "websocket:" + route;
    }

    private static List<Place> places(Call call, WebSocketRule rule) {
        List<Place> places = new ArrayList<>(2);
        if (call.allowlisted()) {
            return places;
        }
        if (rule.maxPerAddress() > 0) {
            places.add(new Place(call.countedAddress(), "max_per_address", rule.maxPerAddress()));
        }
        Identifier identity = call.identity();
        if (rule.maxPerIdentity() > 0 && identity != null) {
            places.add(new Place(identity, "max_per_identity", rule.maxPerIdentity()));
        }
        return places;
    }

    private CompletableFuture<?> enter(Call call, Place place, String bucket) {
        return source.shared()
                .enter(place.identifier, bucket, place.most)
                .handle((slot, failure) -> {
                    if (slot != null) {
                        // Given up at the end of the call, whatever its result.
                        call.hold(slot);
                    }
                    place.slot = slot;
                    place.failure = failure;
                    return place;
                })
                .toCompletableFuture();
    }

    private Verdict settle(Call call, List<Place> places, String bucket) {
        for (Place place : places) {
            Throwable failure = place.failure;
            if (failure != null) {
                StoreFailures.rethrowUnlessExpected(failure);
                countHere(call, place, bucket);
            }
            if (place.slot == null) {
                telemetry.decided(POLICY, place.outcome);
                Reason.OverLimit reason = new Reason.OverLimit(
                        bucket, "concurrency", place.identifier, place.counted, place.most, 0, RETRY_SECONDS * 1000);
                Denial denial =
                        call.request().isWebSocketHandshake() ? Denial.TOO_MANY_WEBSOCKETS : Denial.TOO_MANY_STREAMS;
                return new Verdict.LocalReply(denial.reply(
                        call,
                        reason,
                        denial.message(),
                        new ErrorBody.Extras(RETRY_SECONDS, List.of()),
                        new Field("retry-after", Long.toString(RETRY_SECONDS))));
            }
        }
        return Verdict.PASS;
    }

    private void countHere(Call call, Place place, String bucket) {
        int share = Math.max(1, place.most / Math.max(1, source.nodes().getAsInt()));
        place.counted = Reason.Counted.LOCAL;
        place.slot = source.local().enterNow(place.identifier, bucket, share);
        if (place.slot != null) {
            call.hold(place.slot);
        }
    }
}
