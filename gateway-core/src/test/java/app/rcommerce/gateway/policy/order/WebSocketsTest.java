package app.rcommerce.gateway.policy.order;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.store.StoreUnavailable;
import org.junit.jupiter.api.Test;

/** Handshakes under the policies: what is checked, what is counted, and for how long. */
class WebSocketsTest {

    private static final String[] HANDSHAKE = {
        "sec-websocket-version", "13", "sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="
    };

    private static final String CONFIG = """
            [auth.jwt]
            algorithms = ["HS256"]
            secret = "%s"
            [access]
            allow = ["ip:203.0.113.200"]
            [upstreams.u]
            servers = ["http://127.0.0.1:1"]
            [[routes]]
            name = "live"
            path = "/ws"
            upstream = "u"
            auth = "optional"
            cache = { ttl = "1m", shared = true }
            websocket = { max_per_address = 2, max_per_identity = 1, max_in_all = 5, origins = ["https://shop.example"] }
            [[routes]]
            name = "plain"
            path = "/plain"
            upstream = "u"
            """.formatted(app.rcommerce.gateway.token.Tokens.SECRET);

    private final Chain chain = new Chain(CONFIG);

    private Chain.Outcome open(String address, String... more) {
        String[] fields = java.util.Arrays.copyOf(HANDSHAKE, HANDSHAKE.length + more.length);
        System.arraycopy(more, 0, fields, HANDSHAKE.length, more.length);
        return chain.get(address, "/ws", fields);
    }

    @Test
    void aRouteWithoutTheTableRelaysNothing() {
        assertThat(chain.get("203.0.113.9", "/plain", HANDSHAKE).told()).isEqualTo("501 WEBSOCKET_NOT_SUPPORTED");
        assertThat(chain.decisions).contains("websocket not_relayed");
    }

    @Test
    void aHandshakeAsksNoCache() {
        Chain.Outcome outcome = open("203.0.113.9");
        assertThat(outcome.told()).isEqualTo("forwarded");
        assertThat(outcome.call().cacheLookup()).isNull();
        assertThat(chain.get("203.0.113.9", "/ws").call().cacheLookup()).isNotNull();
    }

    @Test
    void theOriginIsComparedAsAWhole() {
        assertThat(open("203.0.113.9", "origin", "https://shop.example").told()).isEqualTo("forwarded");
        Chain.Outcome refused = open("203.0.113.9", "origin", "https://shop.example:444");
        assertThat(refused.told()).isEqualTo("403 ORIGIN_NOT_ALLOWED");
        assertThat(refused.call().reason()).isEqualTo(new Reason.WrongOrigin("https://shop.example:444"));
    }

    @Test
    void placesOfAnAddressAreHeldUntilTheSocketEnds() {
        Chain.Outcome first = open("203.0.113.9");
        assertThat(open("203.0.113.9").told()).isEqualTo("forwarded");
        Chain.Outcome third = open("203.0.113.9");
        assertThat(third.told()).isEqualTo("429 WEBSOCKET_LIMIT_EXCEEDED");
        assertThat(third.field("retry-after")).isEqualTo("10");
        assertThat(third.call().reason()).isInstanceOf(Reason.OverLimit.class);
        assertThat(chain.decisions).contains("websocket max_per_address");
        var places = first.call().handOver();
        first.call().end();
        assertThat(open("203.0.113.9").told()).isEqualTo("429 WEBSOCKET_LIMIT_EXCEEDED");
        places.leave();
        assertThat(open("203.0.113.9").told()).isEqualTo("forwarded");
        assertThat(open("198.51.100.1").told()).isEqualTo("forwarded");
    }

    @Test
    void placesOfAnIdentityAreCountedWhereverItIs() {
        String token = "Bearer " + Chain.TOKEN;
        assertThat(open("203.0.113.9", "authorization", token).told()).isEqualTo("forwarded");
        assertThat(open("198.51.100.1", "authorization", token).told()).isEqualTo("429 WEBSOCKET_LIMIT_EXCEEDED");
        assertThat(chain.decisions).contains("websocket max_per_identity");
    }

    @Test
    void theRouteIsBoundedForEverybody() {
        for (int i = 1; i <= 5; i++) {
            assertThat(open("203.0.113." + i).told()).isEqualTo("forwarded");
        }
        Chain.Outcome full = open("203.0.113.200");
        assertThat(full.told()).isEqualTo("503 WEBSOCKETS_FULL");
        assertThat(full.field("retry-after")).isEqualTo("10");
    }

    @Test
    void whoIsOnTheAllowlistIsNotCountedByAddress() {
        for (int i = 0; i < 4; i++) {
            assertThat(open("203.0.113.200").told()).isEqualTo("forwarded");
        }
    }

    @Test
    void whileTheStoreIsAwayANodeHasItsShare() {
        chain.nodes = 2;
        chain.failure = new StoreUnavailable("away");
        assertThat(open("203.0.113.9").told()).isEqualTo("forwarded");
        Chain.Outcome second = open("203.0.113.9");
        assertThat(second.told()).isEqualTo("429 WEBSOCKET_LIMIT_EXCEEDED");
        assertThat(((Reason.OverLimit) second.call().reason()).counted()).isEqualTo(Reason.Counted.LOCAL);
    }
}
