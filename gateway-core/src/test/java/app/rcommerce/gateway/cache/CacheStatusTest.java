package app.rcommerce.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.cache.CacheStatus.Forward;
import org.junit.jupiter.api.Test;

class CacheStatusTest {

    @Test
    void aHitTellsHowLongItHolds() {
        assertThat(CacheStatus.hit(42_999)).hasToString("rcommerce-gateway; hit; ttl=42");
        assertThat(CacheStatus.hit(-1)).hasToString("rcommerce-gateway; hit; ttl=-1");
    }

    @Test
    void aForwardedRequestTellsWhy() {
        assertThat(CacheStatus.forwarded(Forward.URI_MISS).withStored())
                .hasToString("rcommerce-gateway; fwd=uri-miss; stored");
        assertThat(CacheStatus.forwarded(Forward.URI_MISS).withCollapsed())
                .hasToString("rcommerce-gateway; fwd=uri-miss; collapsed");
        assertThat(CacheStatus.forwarded(Forward.STALE)).hasToString("rcommerce-gateway; fwd=stale");
        assertThat(CacheStatus.forwarded(Forward.REQUEST)).hasToString("rcommerce-gateway; fwd=request");
        assertThat(CacheStatus.forwarded(Forward.BYPASS)).hasToString("rcommerce-gateway; fwd=bypass");
        assertThat(CacheStatus.forwarded(Forward.VARY_MISS)).hasToString("rcommerce-gateway; fwd=vary-miss");
        assertThat(CacheStatus.forwarded(Forward.METHOD)).hasToString("rcommerce-gateway; fwd=method");
    }

    @Test
    void aDetailCannotBreakOut() {
        assertThat(CacheStatus.forwarded(Forward.BYPASS).withDetail("a\"b\\c\r\nSet-Cookie: é"))
                .hasToString("rcommerce-gateway; fwd=bypass; detail=\"a\\\"b\\\\cSet-Cookie: \"");
    }
}
