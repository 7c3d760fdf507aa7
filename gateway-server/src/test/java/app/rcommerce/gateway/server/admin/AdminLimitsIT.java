package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What limits have counted, by the admin port. */
class AdminLimitsIT extends AdminFixture {

    private void take(String identifier, String limit, int quota, int permits) {
        admin.stores
                .limits()
                .take(
                        Identifier.parse(identifier),
                        List.of(new Meter(limit + "-minute", limit + ":60000", quota, 60_000, true)),
                        permits);
    }

    @Test
    void usageShowsEveryLimitThatCanCountTheIdentifier() {
        take("ip:203.0.113.9", "anonymous", 60, 5);
        JsonNode usage = get("/admin/v1/limits?identifier=ip:203.0.113.9").json();
        assertThat(usage.path("identifier").asString()).isEqualTo("ip:203.0.113.9");
        assertThat(usage.path("windows")
                        .valueStream()
                        .map(w -> w.path("limit").asString() + " "
                                + w.path("window").asString()))
                .containsExactly("flood minute", "anonymous minute", "anonymous hour", "any day");
        JsonNode minute = usage.at("/windows/1");
        assertThat(minute.path("quota").asLong()).isEqualTo(60);
        assertThat(minute.path("used").asLong()).isEqualTo(5);
        assertThat(minute.path("remaining").asLong()).isEqualTo(55);
        assertThat(minute.path("reset_seconds").asLong()).isBetween(1L, 61L);
        assertThat(get("/admin/v1/limits?identifier=user:42")
                        .json()
                        .path("windows")
                        .valueStream()
                        .map(w -> w.path("limit").asString()))
                .containsExactly("user", "any");
        JsonNode key = get("/admin/v1/limits?identifier=key:erp").json().at("/windows/0");
        assertThat(key.path("limit").asString()).isEqualTo("api_key");
        assertThat(key.path("mode").asString()).isEqualTo("shadow");
        assertThat(key.path("quota").asLong()).isEqualTo(2000);
    }

    @Test
    void anIpv6AddressStandsForItsNetworkAndAResetClearsIt() {
        Identifier network = Identifier.ip("2001:db8:1:2::/64");
        admin.stores.limits().take(network, List.of(new Meter("p", "anonymous:60000", 60, 60_000, true)), 7);
        for (String asked : new String[] {"ip:2001:db8:1:2::99", "ip:2001:DB8:1:2::%2F64", "2001:db8:1:2:3:4:5:6"}) {
            JsonNode usage = get("/admin/v1/limits?identifier=" + asked).json();
            assertThat(usage.path("identifier").asString()).isEqualTo("ip:2001:db8:1:2::/64");
            assertThat(usage.at("/windows/1/used").asLong()).isEqualTo(7);
        }
        assertThat(send("DELETE", "/admin/v1/limits?identifier=ip:2001:db8:1:2::1", "")
                        .status())
                .isEqualTo(200);
        assertThat(get("/admin/v1/limits?identifier=ip:2001:db8:1:2::99")
                        .json()
                        .at("/windows/1/used")
                        .asLong())
                .isZero();
    }
}
