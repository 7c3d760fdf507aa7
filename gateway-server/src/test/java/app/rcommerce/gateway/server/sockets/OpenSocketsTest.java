package app.rcommerce.gateway.server.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.SocketRecords;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.memory.MemorySocketStore;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.time.HandClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenSocketsTest {

    private static final Identifier ANA = Identifier.user("ana");
    private static final Duration HOUR = Duration.ofHours(1);

    private final HandClock clock = new HandClock(1_767_225_600_000L);
    private final MemorySocketStore store = new MemorySocketStore(clock);
    private final List<Integer> rounds = new ArrayList<>();
    private final Map<RecordMeter.Result, Integer> results = new EnumMap<>(RecordMeter.Result.class);
    private final Map<String, String> told = new HashMap<>();
    private boolean connected = true;
    private boolean failing;
    private final OpenSockets sockets = sockets("web-1/1", SocketRecords.HASH);

    private OpenSockets sockets(String node, SocketRecords form) {
        SocketStore watched = (SocketStore) Proxy.newProxyInstance(
                SocketStore.class.getClassLoader(), new Class<?>[] {SocketStore.class}, (self, method, arguments) -> {
                    if (method.getName().equals("touch")) {
                        rounds.add(((List<?>) arguments[0]).size());
                    }
                    if (failing) {
                        return method.getName().equals("touch")
                                ? CompletableFuture.completedFuture(((List<?>) arguments[0])
                                        .stream()
                                                .map(each -> SocketStore.Outcome.FAILED)
                                                .toList())
                                : CompletableFuture.failedFuture(new StoreUnavailable("away"));
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new OpenSockets(
                watched,
                new OpenSockets.Rules(form, HOUR, node),
                () -> connected,
                result -> results.merge(result, 1, Integer::sum),
                clock);
    }

    private static Call call(@Nullable Identifier user, String address) {
        Call call = new Call(request(), "req_1", new byte[] {127, 0, 0, 1});
        call.clientFound(new byte[] {127, 0, 0, 1}, Identifier.ip(address), Identifier.ip(address));
        call.routed(route());
        if (user != null) {
            call.authenticated(new Caller.ApiKeyCaller(user, Scopes.NONE, 1));
        }
        return call;
    }

    private static Route route() {
        return new Route(
                "live",
                List.of(),
                PathPattern.parse("/ws"),
                Set.of(),
                new Handler.Proxy("origin", null, null),
                Route.Auth.NONE,
                List.of(),
                List.of(),
                Route.Cost.ONE);
    }

    private static Request request() {
        return new Request() {
            @Override
            public String method() {
                return "GET";
            }

            @Override
            public Target target() {
                return Objects.requireNonNull(Paths.parse("/ws"));
            }

            @Override
            public Headers headers() {
                return FieldList.of();
            }

            @Override
            public String authority() {
                return "shop.test";
            }

            @Override
            public String host() {
                return "shop.test";
            }
        };
    }

    private @Nullable SocketRecord find(String id) {
        return store.find(id).toCompletableFuture().join();
    }

    private SocketRecord found(String id) {
        return Objects.requireNonNull(find(id));
    }

    private void pass(Duration time) {
        clock.advance(time);
        sockets.look();
    }

    @Test
    void aSocketIsRecordedWhileItIsOpen() {
        RecordedSocket socket = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        assertThat(told).containsOnly(Map.entry(socket.id(), "x-websocket-session"));
        SocketRecord record = found(socket.id());
        assertThat(record.user()).isEqualTo(ANA);
        assertThat(record.address()).isEqualTo("203.0.113.9");
        assertThat(record.route()).isEqualTo("live");
        assertThat(record.node()).isEqualTo("web-1/1");
        assertThat(record.connectedMillis()).isEqualTo(clock.millis());
        assertThat(sockets.count()).isEqualTo(1);
        socket.ended(false);
        assertThat(find(socket.id())).isNull();
        assertThat(sockets.count()).isZero();
        socket.ended(true);
        assertThat(find(socket.id())).isNull();
        assertThat(results).containsEntry(RecordMeter.Result.WRITTEN, 1).containsEntry(RecordMeter.Result.ENDED, 1);
    }

    @Test
    void whatPassesIsWrittenEveryTenSecondsAtMost() {
        RecordedSocket socket = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        for (int second = 1; second < 10; second++) {
            socket.passed(true, 1, 10);
            pass(Duration.ofSeconds(1));
        }
        assertThat(rounds).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(rounds).containsExactly(1);
        socket.passed(false, 2, 500);
        pass(Duration.ofSeconds(10));
        assertThat(found(socket.id()).passed()).isEqualTo(new SocketRecord.Passed(90, 500, 9, 2));
        assertThat(found(socket.id()).activityMillis()).isEqualTo(clock.millis() - 10_000);
        pass(Duration.ofSeconds(10));
        assertThat(rounds).as("no news").containsExactly(1, 1);
    }

    @Test
    void aSilentSocketsRecordDoesNotEnd() {
        RecordedSocket socket = sockets.open(call(null, "203.0.113.9"), (field, given) -> told.put(given, field));
        for (int minute = 0; minute < 180; minute++) {
            pass(Duration.ofMinutes(1));
        }
        assertThat(find(socket.id())).isNotNull();
        assertThat(rounds).hasSizeBetween(6, 9);
    }

    @Test
    void aDateThatIsPutBackChangesNothing() {
        RecordedSocket socket = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        clock.step(Duration.ofHours(-2));
        socket.passed(true, 1, 1);
        pass(Duration.ofSeconds(10));
        assertThat(rounds).containsExactly(1);
        assertThat(found(socket.id()).passed().messagesIn()).isEqualTo(1);
    }

    @Test
    void aRoundIsBoundedAndNobodyIsForgotten() {
        List<RecordedSocket> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field)));
        }
        clock.advance(Duration.ofSeconds(10));
        many.forEach(socket -> socket.passed(true, 1, 1));
        for (int second = 0; second < 10; second++) {
            sockets.look();
        }
        assertThat(rounds).hasSize(10).containsOnly(OpenSockets.MOST_IN_ROUND);
        assertThat(many)
                .allSatisfy(socket ->
                        assertThat(found(socket.id()).passed().messagesIn()).isEqualTo(1));
        sockets.look();
        assertThat(rounds).hasSize(10);
        many.forEach(socket -> socket.ended(false));
        assertThat(store.all(10).toCompletableFuture().join()).isEmpty();
        sockets.look();
        assertThat(sockets.count()).isZero();
    }

    @Test
    void whileTheStoreIsAwayNothingIsWrittenAndThenEverythingIs() {
        RecordedSocket before = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        RecordedSocket ends = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        connected = false;
        failing = true;
        sockets.look();
        RecordedSocket during = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        ends.ended(false);
        assertThat(find(during.id())).isNull();
        for (int second = 0; second < 30; second++) {
            before.passed(true, 1, 1);
            pass(Duration.ofSeconds(1));
        }
        assertThat(rounds).isEmpty();
        store.remove(before.record());
        failing = false;
        connected = true;
        pass(Duration.ofSeconds(1));
        assertThat(found(before.id()).passed().messagesIn()).isEqualTo(30);
        assertThat(find(during.id())).isNotNull();
        assertThat(find(ends.id())).as("its end was not recorded then").isNull();
    }

    @Test
    void whatTheStoreMayHaveLostIsWrittenAgain() {
        RecordedSocket socket = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        store.remove(socket.record());
        sockets.look();
        assertThat(find(socket.id())).isNull();
        sockets.writeAgain();
        sockets.look();
        assertThat(find(socket.id())).isNotNull();
    }

    @Test
    void aWritingThatFailsIsDoneLater() {
        failing = true;
        RecordedSocket socket = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        sockets.look();
        assertThat(results).containsEntry(RecordMeter.Result.FAILED, 2);
        sockets.look();
        assertThat(results).as("not at once").containsEntry(RecordMeter.Result.FAILED, 2);
        failing = false;
        pass(Duration.ofSeconds(10));
        assertThat(find(socket.id())).isNotNull();
    }

    @Test
    void whoComesBackContinuesTheRecord() {
        RecordedSocket first = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        first.subscribed(List.of("order_updates"));
        first.passed(true, 3, 30);
        first.ended(true);
        SocketRecord left = found(first.id());
        assertThat(left.isHeld()).isFalse();

        OpenSockets other = sockets("web-2/1", SocketRecords.HASH);
        Call back = call(ANA, "198.51.100.7");
        back.resumes(left);
        RecordedSocket second = other.open(back, (field, given) -> told.put(given, field));
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.subscriptions()).containsExactly("order_updates");
        second.passed(true, 1, 5);
        clock.advance(Duration.ofSeconds(10));
        other.look();
        SocketRecord record = found(second.id());
        assertThat(record.node()).isEqualTo("web-2/1");
        assertThat(record.address()).isEqualTo("198.51.100.7");
        assertThat(record.passed().messagesIn()).isEqualTo(4);
        assertThat(record.subscriptions()).containsExactly("order_updates");
    }

    @Test
    void aConnectionThatLastsGivesItsRecordUpToTheOneThatContinuesIt() {
        RecordedSocket old = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        String id = old.id();
        OpenSockets other = sockets("web-2/1", SocketRecords.HASH);
        Call back = call(ANA, "203.0.113.9");
        back.resumes(found(id));
        RecordedSocket fresh = other.open(back, (field, given) -> told.put(given, field));
        old.passed(true, 1, 1);
        pass(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(1));
        assertThat(fresh.id()).isEqualTo(id);
        assertThat(old.id()).isNotEqualTo(id);
        assertThat(found(id).node()).isEqualTo("web-2/1");
        assertThat(found(old.id()).node()).isEqualTo("web-1/1");
        old.ended(false);
        assertThat(find(id)).isNotNull();

        Call again = call(ANA, "203.0.113.9");
        again.resumes(found(id));
        RecordedSocket here = other.open(again, (field, given) -> told.put(given, field));
        assertThat(here.id()).isEqualTo(id);
        assertThat(fresh.id()).as("on the same node").isNotEqualTo(id);
        other.look();
        assertThat(store.all(10).toCompletableFuture().join())
                .extracting(SocketRecord::id)
                .containsExactlyInAnyOrder(here.id(), fresh.id());
    }

    @Test
    void socketsAreClosedByIdAndByUser() {
        RecordedSocket one = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        RecordedSocket two = sockets.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        RecordedSocket anonymous = sockets.open(call(null, "203.0.113.9"), (field, given) -> told.put(given, field));
        sockets.close("nobody-has-this-id");
        sockets.close(Identifier.user("ben"));
        assertThat(one.isClosing() || two.isClosing() || anonymous.isClosing()).isFalse();
        sockets.close(anonymous.id());
        assertThat(anonymous.isClosing()).isTrue();
        assertThat(one.isClosing()).isFalse();
        sockets.close(ANA);
        assertThat(one.isClosing() && two.isClosing()).isTrue();
    }

    @Test
    void withoutRecordsNothingIsWrittenOrTold() {
        OpenSockets silent = sockets("web-1/1", SocketRecords.NONE);
        RecordedSocket socket = silent.open(call(ANA, "203.0.113.9"), (field, given) -> told.put(given, field));
        socket.passed(true, 1, 1);
        clock.advance(Duration.ofMinutes(1));
        silent.look();
        assertThat(told).isEmpty();
        assertThat(find(socket.id())).isNull();
        silent.close(ANA);
        assertThat(socket.isClosing()).isTrue();
        socket.ended(true);
        silent.look();
        assertThat(silent.count()).isZero();
        assertThat(results).isEmpty();
    }
}
