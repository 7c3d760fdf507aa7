package app.rcommerce.gateway.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.identity.SessionCarrier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.access.OpenSocketCheck.Lost;
import app.rcommerce.gateway.policy.access.OpenSocketCheck.Standing;
import app.rcommerce.gateway.session.SessionRecord;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.memory.MemoryStores;
import app.rcommerce.gateway.store.near.Near;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.store.near.NearRevocations;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.time.HandClock;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers of open sockets can lose, and what they keep. */
class OpenSocketCheckTest {

    private static final String ROUTES = """
            [upstreams.u]
            servers = ["http://127.0.0.1:1"]
            [[routes]]
            name = "live"
            path = "/ws"
            upstream = "u"
            websocket = { ping = "30s" }
            """;
    private static final String KEYS = """
            [[auth.api_keys]]
            id = "erp"
            sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
            """;

    private record Handshake(Target target) implements Request {
        @Override
        public String method() {
            return "GET";
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

        @Override
        public boolean isWebSocketHandshake() {
            return true;
        }
    }

    @TempDir
    Path folder;

    private final HandClock clock = new HandClock(1_000_000);
    private final Stores stores = MemoryStores.of(clock, 1 << 20);
    private boolean away;
    private GatewayConfig config;

    @BeforeEach
    void read() throws Exception {
        config = config(KEYS + ROUTES);
    }

    private GatewayConfig config(String toml) throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.toml"), toml);
        return switch (ConfigReader.read(file, name -> null)) {
            case ConfigReader.Result.Loaded loaded -> loaded.config();
            case ConfigReader.Result.Rejected rejected -> throw new AssertionError(rejected.problems());
        };
    }

    /** A store that can be away. */
    private <T> T losable(Class<T> type, T store) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (away && method.getReturnType() == CompletionStage.class) {
                        return CompletableFuture.failedFuture(new StoreUnavailable("away"));
                    }
                    return method.invoke(store, arguments);
                }));
    }

    private OpenSocketCheck check(GatewayConfig by) {
        Near near = new Near(Tracking.NONE, Duration.ZERO, false);
        NearBlockList blocks =
                new NearBlockList(losable(app.rcommerce.gateway.store.BlockStore.class, stores.blocks()), near, clock);
        blocks.refresh();
        return new OpenSocketCheck(
                by,
                blocks,
                new NearRevocations(
                        losable(app.rcommerce.gateway.store.RevocationStore.class, stores.revocations()), near, clock),
                new NearSessions(
                        losable(app.rcommerce.gateway.store.SessionStore.class, stores.sessions()), near, clock),
                clock);
    }

    private Call call(String address, @Nullable Caller caller, @Nullable Identifier certificate) {
        Call call = new Call(new Handshake(Paths.parse("/ws")), "req_1", Addresses.parse(address), certificate);
        Identifier exact = Identifier.ip(address);
        call.clientFound(Addresses.parse(address), exact, exact);
        call.routed(config.routes().getFirst());
        if (caller != null) {
            call.authenticated(caller);
        }
        return call;
    }

    private static Caller key() {
        return new Caller.ApiKeyCaller(Identifier.key("erp"), Scopes.NONE, 1);
    }

    private Lost lost(Call call) {
        return lost(check(config), call);
    }

    private Lost lost(OpenSocketCheck check, Call call) {
        return check.lost(check(config).standing(call)).toCompletableFuture().join();
    }

    private void block(String subject) {
        stores.blocks()
                .block(Subject.parse(subject), Duration.ofHours(1), "")
                .toCompletableFuture()
                .join();
    }

    @Test
    void whoIsNotKnownForAnythingKeepsItsSocket() {
        assertThat(lost(call("192.0.2.1", null, null))).isEqualTo(Lost.NOTHING);
        assertThat(lost(call("192.0.2.1", key(), Identifier.certificate("erp"))))
                .isEqualTo(Lost.NOTHING);
    }

    @Test
    void aBlockOfTheAddressOfItsRangeOrOfAnIdentityEndsIt() {
        block("ip:192.0.2.1");
        assertThat(lost(call("192.0.2.1", null, null))).isEqualTo(Lost.BLOCKED);
        assertThat(lost(call("192.0.2.2", null, null))).isEqualTo(Lost.NOTHING);
        block("ip:198.51.100.0/24");
        assertThat(lost(call("198.51.100.77", null, null))).isEqualTo(Lost.BLOCKED);
        block("key:erp");
        assertThat(lost(call("192.0.2.2", key(), null))).isEqualTo(Lost.BLOCKED);
        block("cert:CN=crm");
        assertThat(lost(call("192.0.2.2", null, Identifier.certificate("CN=crm"))))
                .isEqualTo(Lost.BLOCKED);
        assertThat(lost(call("192.0.2.2", null, Identifier.certificate("CN=other"))))
                .isEqualTo(Lost.NOTHING);
    }

    @Test
    void whatTheConfigurationBlocksFromNowOnCountsAndWhatItAllowsDoesNot() throws Exception {
        Call key = call("192.0.2.2", key(), null);
        OpenSocketCheck blocking =
                check(config("[access]\nblock = [\"key:erp\", \"ip:203.0.113.0/24\"]\n" + KEYS + ROUTES));
        assertThat(lost(blocking, key)).isEqualTo(Lost.BLOCKED);
        assertThat(lost(blocking, call("203.0.113.9", null, null))).isEqualTo(Lost.BLOCKED);
        block("key:erp");
        OpenSocketCheck allowing = check(config("[access]\nallow = [\"key:erp\"]\n" + KEYS + ROUTES));
        assertThat(lost(allowing, key)).isEqualTo(Lost.NOTHING);
        Call exempt = call("203.0.113.9", null, null);
        exempt.allowlist();
        assertThat(lost(blocking, exempt)).isEqualTo(Lost.NOTHING);
    }

    @Test
    void anApiKeyThatIsConfiguredNoMoreIsTakenAway() throws Exception {
        assertThat(lost(check(config(ROUTES)), call("192.0.2.1", key(), null))).isEqualTo(Lost.REVOKED);
        assertThat(lost(check(config(ROUTES)), call("192.0.2.1", null, null))).isEqualTo(Lost.NOTHING);
    }

    @Test
    void aTokenEndsWithItsTimeAndWhenItIsRevoked() {
        long now = clock.millis();
        Call call = call("192.0.2.1", token(now, now + 5_000), null);
        assertThat(lost(call)).isEqualTo(Lost.NOTHING);
        clock.advance(Duration.ofSeconds(5));
        assertThat(lost(call)).isEqualTo(Lost.EXPIRED);
        long later = clock.millis();
        Call fresh = call("192.0.2.1", token(later, later + 60_000), null);
        assertThat(lost(fresh)).isEqualTo(Lost.NOTHING);
        stores.revocations()
                .revoke("t1", Duration.ofHours(1), "")
                .toCompletableFuture()
                .join();
        assertThat(lost(fresh)).isEqualTo(Lost.REVOKED);
        block("ip:192.0.2.1");
        assertThat(lost(fresh)).as("the graver one").isEqualTo(Lost.BLOCKED);
    }

    @Test
    void allTokensOfAUserFromBeforeACutOffAreTakenAway() {
        long now = clock.millis();
        stores.revocations()
                .revokeBefore(Identifier.user("ana"), now, Duration.ofHours(1))
                .toCompletableFuture()
                .join();
        assertThat(lost(call("192.0.2.1", token(now - 10_000, now + 60_000), null)))
                .isEqualTo(Lost.REVOKED);
        assertThat(lost(call("192.0.2.1", token(now + 2_000, now + 60_000), null)))
                .isEqualTo(Lost.NOTHING);
    }

    private static Caller token(long issued, long expires) {
        return new Caller.TokenCaller(Identifier.user("ana"), Scopes.NONE, "t1", issued, expires, Map.of());
    }

    @Test
    void aSessionThatEndsTakesItsSocketsAlong() throws Exception {
        config = config("[auth.session]\ncookie = \"sid\"\n" + ROUTES);
        SessionId id = new SessionId("0123456789abcdef");
        stores.sessions().save(id, SessionRecord.write("42", List.of(), 0), Duration.ofHours(1));
        Caller caller =
                new Caller.TokenCaller(Identifier.user("42"), Scopes.NONE, id.digest(), 0, clock.millis() + 100_000);
        Call call = call("203.0.113.9", caller, null);
        call.presented(new Credential.Session(id, new SessionCarrier("sid", "")));
        OpenSocketCheck check = check(config);
        assertThat(lost(check, call)).isEqualTo(Lost.NOTHING);
        away = true;
        assertThat(lost(check, call)).isEqualTo(Lost.NOTHING);
        away = false;
        stores.sessions().end(id);
        assertThat(lost(check, call)).isEqualTo(Lost.REVOKED);
        assertThat(lost(check(config(ROUTES)), call))
                .as("sessions are not accepted any more")
                .isEqualTo(Lost.REVOKED);
    }

    @Test
    void whereTheStoreIsAwayNothingIsTakenAwayThatIsNotKnown() {
        block("ip:192.0.2.1");
        away = true;
        assertThat(lost(call("192.0.2.1", key(), null))).isEqualTo(Lost.NOTHING);
    }

    @Test
    void aRouteIsTheSameWhileItAndItsUpstreamAre() throws Exception {
        Standing standing = check(config).standing(call("192.0.2.1", null, null));
        assertThat(check(config(KEYS + ROUTES)).hasRoute(standing)).isTrue();
        assertThat(check(config(ROUTES)).hasRoute(standing))
                .as("keys are no part of it")
                .isTrue();
        assertThat(check(config(ROUTES.replace("30s", "31s"))).hasRoute(standing))
                .isFalse();
        assertThat(check(config(ROUTES.replace("127.0.0.1:1", "127.0.0.1:2"))).hasRoute(standing))
                .isFalse();
        assertThat(check(config(ROUTES.replace("\"live\"", "\"other\""))).hasRoute(standing))
                .isFalse();
    }
}
