package app.rcommerce.gateway.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.memory.MemorySocketStore;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.time.HandClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeSocketTest {

    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final String ADDRESS = "203.0.113.9";
    private static final Identifier ERP = Identifier.key("erp");

    private record Handshake(Headers headers, boolean isWebSocketHandshake) implements Request {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public Target target() {
            return Paths.parse("/ws");
        }

        @Override
        public String authority() {
            return "shop.test";
        }

        @Override
        public String host() {
            return "shop.test";
        }
    }

    private final MemorySocketStore store = new MemorySocketStore(new HandClock());
    private final List<String> asked = new ArrayList<>();
    private final List<String> decided = new ArrayList<>();
    private boolean away;

    private Call call(@Nullable Identifier user, String address, boolean isHandshake, String... fields) {
        byte[] peer = {127, 0, 0, 1};
        Call call = new Call(new Handshake(FieldList.of(fields), isHandshake), "req_1", peer);
        call.clientFound(peer, Identifier.ip(address), Identifier.ip(address));
        if (user != null) {
            call.authenticated(new Caller.ApiKeyCaller(user, Scopes.NONE, 1));
        }
        return call;
    }

    private Call decide(Call call) {
        SocketStore watched = (SocketStore) Proxy.newProxyInstance(
                SocketStore.class.getClassLoader(), new Class<?>[] {SocketStore.class}, (self, method, arguments) -> {
                    asked.add((String) arguments[0]);
                    return away
                            ? CompletableFuture.failedFuture(new StoreUnavailable("away"))
                            : method.invoke(store, arguments);
                });
        Telemetry telemetry = new Telemetry() {
            @Override
            public void decided(String policy, String outcome) {
                decided.add(policy + " " + outcome);
            }
        };
        Verdict verdict = new ResumeSocket(watched, telemetry).decide(call);
        if (verdict instanceof Verdict.Later<?> later) {
            verdict = settle(later);
        }
        assertThat(verdict).isEqualTo(Verdict.PASS);
        return call;
    }

    private static <T extends @Nullable Object> Verdict settle(Verdict.Later<T> later) {
        CompletionStage<Verdict> settled = later.stage()
                .handle((value, failure) -> failure == null
                        ? later.then().apply(value)
                        : later.failed().apply(failure));
        return settled.toCompletableFuture().join();
    }

    private void save(@Nullable Identifier user, String address) {
        store.save(
                new SocketRecord(
                        ID, "", user, address, "live", "", 1, 2, List.of("order_updates"), SocketRecord.Passed.NOTHING),
                Duration.ofHours(1));
    }

    private @Nullable SocketRecord resumed(@Nullable Identifier user, String address) {
        return decide(call(user, address, true, "X-WebSocket-Session", ID)).resumed();
    }

    @Test
    void theSameIdentityContinuesTheRecord() {
        save(ERP, ADDRESS);
        SocketRecord resumed = resumed(ERP, "198.51.100.7");
        assertThat(resumed).isNotNull();
        assertThat(resumed.subscriptions()).containsExactly("order_updates");
        assertThat(decided).containsExactly("websocket resumed");
    }

    @Test
    void noOtherDoes() {
        save(ERP, ADDRESS);
        assertThat(resumed(Identifier.key("other"), ADDRESS)).isNull();
        assertThat(resumed(Identifier.user("erp"), ADDRESS)).isNull();
        assertThat(resumed(null, ADDRESS)).as("nobody, from the same address").isNull();
    }

    @Test
    void anAnonymousCallerIsKnownByItsAddress() {
        save(null, ADDRESS);
        assertThat(resumed(null, ADDRESS)).isNotNull();
        assertThat(resumed(null, "203.0.113.10")).isNull();
        assertThat(resumed(ERP, ADDRESS)).isNull();
    }

    @Test
    void anIdOfSomebodyElseIsLikeOneThatIsUnknown() {
        save(ERP, ADDRESS);
        resumed(null, ADDRESS);
        List<String> ofAnother = List.copyOf(decided);
        int questions = asked.size();
        decided.clear();
        store.remove(new SocketRecord(ID, "", null, "", "", "", 0, 0, List.of(), SocketRecord.Passed.NOTHING));
        resumed(null, ADDRESS);
        assertThat(decided).isEqualTo(ofAnother);
        assertThat(asked).hasSize(2 * questions);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "short", "user:ana/sessions", "../../../etc/passwd", "0123456789abcdef 0123456789abcdef"})
    void whatIsNoIdIsNotLookedUp(String id) {
        assertThat(decide(call(null, ADDRESS, true, "X-WebSocket-Session", id)).resumed())
                .isNull();
        assertThat(asked).isEmpty();
    }

    @Test
    void severalIdsAreNone() {
        save(null, ADDRESS);
        assertThat(decide(call(null, ADDRESS, true, "X-WebSocket-Session", ID, "X-WebSocket-Session", ID))
                        .resumed())
                .isNull();
        assertThat(asked).isEmpty();
    }

    @Test
    void onlyAHandshakeContinuesASocket() {
        save(null, ADDRESS);
        assertThat(decide(call(null, ADDRESS, false, "X-WebSocket-Session", ID)).resumed())
                .isNull();
        assertThat(asked).isEmpty();
    }

    @Test
    void whileTheStoreIsAwayASocketIsANewOne() {
        save(null, ADDRESS);
        away = true;
        assertThat(resumed(null, ADDRESS)).isNull();
        assertThat(decided).containsExactly("websocket resume_store_unavailable");
    }
}
