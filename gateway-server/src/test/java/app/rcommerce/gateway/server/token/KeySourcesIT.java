package app.rcommerce.gateway.server.token;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.KeySource;
import com.github.tomakehurst.wiremock.WireMockServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeySourcesIT {

    private static final String JWKS = """
            {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}""";

    private static final WireMockServer ISSUER =
            new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

    @BeforeAll
    static void start() {
        ISSUER.start();
    }

    @AfterAll
    static void stop() {
        ISSUER.stop();
    }

    @BeforeEach
    void reset() {
        ISSUER.resetAll();
    }

    private static String url() {
        return ISSUER.baseUrl() + "/jwks.json";
    }

    private static AuthConfig.Jwt jwt(@Nullable String secret, @Nullable String jwks, @Nullable String url) {
        return new AuthConfig.Jwt(
                Set.of("HS256", "EdDSA"),
                secret == null ? null : new Secret(secret),
                jwks,
                url,
                null,
                null,
                Duration.ZERO,
                Duration.ofHours(24),
                Set.of(),
                List.of("scope"),
                new Rate("20/minute", "minute", 20, Duration.ofMinutes(1)),
                AuthConfig.OnUnknown.ALLOW,
                null);
    }

    private static JwksFetch fetch(Duration timeout) {
        return new JwksFetch(URI.create(url()), timeout, Clock.system());
    }

    private static void assertFails(Class<? extends Throwable> type, String message) {
        try (JwksFetch fetch = fetch(Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> fetch.fetch().join())
                    .cause()
                    .isInstanceOf(type)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void keysOfTheSecretTheFileAndTheIssuerStandTogether() {
        ISSUER.stubFor(get("/jwks.json").willReturn(okJson(JWKS)));
        KeySource source =
                KeySources.of(jwt("a development secret of at least 32 characters", JWKS, url()), Clock.system());
        try {
            await().until(() -> source.current().size() == 3);
        } finally {
            KeySources.close(source);
        }
    }

    @Test
    void withoutAnAddressNothingIsFetched() {
        assertThat(KeySources.of(null, Clock.system()).current().size()).isZero();
        KeySource fixed = KeySources.of(jwt(null, JWKS, null), Clock.system());
        assertThat(fixed.current().size()).isEqualTo(1);
        assertThat(fixed.refresh().toCompletableFuture().join()).isSameAs(fixed.current());
        KeySources.close(fixed);
        ISSUER.verify(0, getRequestedFor(urlEqualTo("/jwks.json")));
    }

    @Test
    void aKeyThatIsRotatedInIsFoundByTheRefresh() {
        ISSUER.stubFor(get("/jwks.json").willReturn(okJson("{\"keys\":[]}")));
        KeySource source = KeySources.of(jwt(null, null, url()), Clock.system());
        try {
            source.refresh().toCompletableFuture().join();
            ISSUER.stubFor(get("/jwks.json").willReturn(okJson(JWKS)));
            KeySet keys = source.refresh().toCompletableFuture().join();
            assertThat(keys.size()).isEqualTo(1);
            for (int i = 0; i < 20; i++) {
                source.refresh().toCompletableFuture().join();
            }
            ISSUER.verify(2, getRequestedFor(urlEqualTo("/jwks.json")));
        } finally {
            KeySources.close(source);
        }
    }

    @Test
    void theLifeIsThatOfTheAnswer() {
        ISSUER.stubFor(get("/jwks.json").willReturn(okJson(JWKS).withHeader("Cache-Control", "max-age=120")));
        try (JwksFetch fetch = fetch(Duration.ofSeconds(5))) {
            assertThat(fetch.fetch().join().life()).isEqualTo(Duration.ofMinutes(2));
        }
    }

    @Test
    void redirectsAreFollowedWithinHttp() {
        ISSUER.stubFor(get("/jwks.json").willReturn(aResponse().withStatus(302).withHeader("Location", "/moved.json")));
        ISSUER.stubFor(get("/moved.json").willReturn(okJson(JWKS)));
        try (JwksFetch fetch = fetch(Duration.ofSeconds(5))) {
            assertThat(fetch.fetch().join().keys().size()).isEqualTo(1);
        }
    }

    @Test
    void redirectsElsewhereAreNotFollowed() {
        ISSUER.stubFor(
                get("/jwks.json").willReturn(aResponse().withStatus(302).withHeader("Location", "file:///etc/passwd")));
        try (JwksFetch fetch = fetch(Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> fetch.fetch().join()).isNotNull();
        }
    }

    @Test
    void whatIsNoKeySetFails() {
        ISSUER.stubFor(get("/jwks.json").willReturn(aResponse().withStatus(500)));
        assertFails(java.io.IOException.class, "status 500 (expected: 200)");
        ISSUER.stubFor(get("/jwks.json").willReturn(okJson("<html>")));
        assertFails(java.io.IOException.class, "JWK set: not JSON");
        ISSUER.stubFor(get("/jwks.json").willReturn(okJson("{}")));
        assertFails(java.io.IOException.class, "JWK set: no array");
        ISSUER.stubFor(get("/jwks.json").willReturn(okJson("{\"keys\":[]}" + " ".repeat(1 << 20))));
        assertFails(java.io.IOException.class, "");
    }

    @Test
    void anIssuerThatTricklesIsGivenUp() {
        ISSUER.stubFor(get("/jwks.json").willReturn(okJson(JWKS).withChunkedDribbleDelay(50, 60_000)));
        try (JwksFetch fetch = fetch(Duration.ofMillis(300))) {
            assertThatThrownBy(() -> fetch.fetch().join()).cause().isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void whatWasFetchedStaysWhereTheUrlIsTheSameWhateverElseChanges() {
        ISSUER.stubFor(get("/jwks.json").willReturn(okJson(JWKS)));
        KeySource before = KeySources.of(jwt(null, null, url()), Clock.system());
        await().until(() -> before.current().size() == 1);
        ISSUER.stubFor(get("/jwks.json").willReturn(aResponse().withStatus(503)));

        KeySource after = KeySources.of(
                jwt("a development secret of at least 32 characters", null, url()), before, Clock.system());
        KeySources.retire(before, after);
        try {
            assertThat(after.current().size())
                    .as("the secret and what was fetched")
                    .isEqualTo(2);
            assertThat(before.current().size()).as("for requests under way").isEqualTo(1);
            ISSUER.stubFor(get("/jwks.json").willReturn(okJson("{\"keys\":[]}")));
            assertThat(after.refresh().toCompletableFuture().join().size())
                    .as("it is still fetched")
                    .isEqualTo(1);
        } finally {
            KeySources.close(after);
        }
    }

    @Test
    void whatWasFetchedGoesWhereTheUrlIsAnother() {
        ISSUER.stubFor(get("/jwks.json").willReturn(okJson(JWKS)));
        ISSUER.stubFor(get("/other.json").willReturn(aResponse().withStatus(503)));
        KeySource before = KeySources.of(jwt(null, null, url()), Clock.system());
        await().until(() -> before.current().size() == 1);

        KeySource after = KeySources.of(jwt(null, null, ISSUER.baseUrl() + "/other.json"), before, Clock.system());
        KeySources.retire(before, after);
        try {
            assertThat(after.current().size()).isZero();
        } finally {
            KeySources.close(after);
        }
    }

    @Test
    void noUpgradeIsOffered() {
        ISSUER.stubFor(get("/jwks.json").willReturn(aResponse().withStatus(403)));
        ISSUER.stubFor(get("/jwks.json")
                .withHeader("Upgrade", absent())
                .withHeader("HTTP2-Settings", absent())
                .willReturn(okJson(JWKS)));
        try (JwksFetch fetch = fetch(Duration.ofSeconds(5))) {
            assertThat(fetch.fetch().join().keys().size()).isEqualTo(1);
        }
    }
}
