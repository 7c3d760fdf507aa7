package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.admin.operations.Phase;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health checks and metrics of the admin port. */
class AdminHealthIT extends AdminFixture {

    @Test
    void healthIsOpenToEverybodyAndNamesEachCheck() {
        assertThat(send(HttpRequest.newBuilder(URI.create(admin.url() + "/health/live"))
                                .build())
                        .response()
                        .body())
                .isEqualTo("{\"status\":\"ok\"}");
        Got ready = send(HttpRequest.newBuilder(URI.create(admin.url() + "/health/ready"))
                .build());
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().path("status").asString()).isEqualTo("ready");
        assertThat(ready.json()
                        .path("checks")
                        .valueStream()
                        .map(check -> check.path("name").asString()))
                .containsExactly("listener", "store", "config");
    }

    @Test
    void aStoreThatIsAwayDegradesButDoesNotMakeUnready() {
        admin.storeAway = true;
        Got ready = get("/health/ready");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().path("status").asString()).isEqualTo("degraded");
        assertThat(ready.json().at("/checks/1/status").asString()).isEqualTo("degraded");
        assertThat(ready.json().at("/checks/1/detail").asString()).isEqualTo("reconnecting: connection refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STARTING", "DRAINING"})
    void aGatewayThatStartsOrDrainsIsUnready(String phase) {
        admin.phase = Phase.valueOf(phase);
        Got ready = get("/health/ready");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.json().path("status").asString()).isEqualTo("unready");
        assertThat(ready.json().at("/checks/0/detail").asString()).isEqualTo(phase.toLowerCase(java.util.Locale.ROOT));
        assertThat(get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void metricsAreSentInTheFormatAskedFor() {
        Got plain = get("/metrics");
        assertThat(plain.response().headers().firstValue("content-type"))
                .contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(plain.response().body()).contains("gateway_build_info{version=\"test\"} 1");
        Got open = send("GET", "/metrics", "", "Accept", "application/openmetrics-text;version=1.0.0");
        assertThat(open.response().headers().firstValue("content-type"))
                .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(open.response().body()).endsWith("# EOF\n");
    }
}
