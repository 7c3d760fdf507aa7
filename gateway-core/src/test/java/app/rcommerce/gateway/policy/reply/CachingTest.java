package app.rcommerce.gateway.policy.reply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.CacheKeys;
import app.rcommerce.gateway.cache.StoredEntry;
import app.rcommerce.gateway.cache.StoredReply;
import app.rcommerce.gateway.cache.VaryMarker;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.policy.CacheLookup;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.order.Chain;
import app.rcommerce.gateway.policy.order.Chain.Outcome;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.token.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is answered from the store, what is said of that, and which keys a request means. */
class CachingTest {

    private static final String CLIENT = "203.0.113.9";
    private static final String PROXY = "10.0.0.1";
    private static final long NOW = Tokens.NOW;

    private final Chain chain = new Chain("""
            [server]
            trusted_proxies = ["10.0.0.0/8"]
            [upstreams.commerce]
            servers = ["http://127.0.0.1:8081"]
            [[routes]]
            name = "cached"
            path = "/cached/**"
            upstream = "commerce"
            cache = { ttl = "5m" }
            [[routes]]
            name = "plain"
            path = "/**"
            upstream = "commerce"
            """);

    private static CacheKey key(String path, @Nullable String... addressed) {
        List<@Nullable String> all = new ArrayList<>(List.of("http"));
        all.addAll(Arrays.asList(addressed));
        return CacheKeys.primary("cached", all, Paths.parse(path));
    }

    private void store(CacheKey key, StoredEntry entry) {
        chain.stores
                .replies()
                .put(key, entry.encode(), Duration.ofHours(1))
                .toCompletableFuture()
                .join();
    }

    /** Ten seconds old, fresh for another fifty. */
    private static StoredReply reply(String body) {
        return new StoredReply(
                "/cached/1",
                200,
                FieldList.of("ETag", "\"v1\""),
                body.getBytes(UTF_8),
                NOW - 10_000,
                NOW + 50_000,
                List.of(),
                false);
    }

    private Outcome get(String... fields) {
        return chain.get(CLIENT, "/cached/1", fields);
    }

    private static CacheLookup lookup(Outcome outcome) {
        return Objects.requireNonNull(outcome.call().cacheLookup());
    }

    @Test
    void whatIsNotStoredIsAskedForAndMayBeStored() {
        Outcome outcome = get();
        assertThat(outcome.told()).isEqualTo("forwarded");
        CacheLookup lookup = lookup(outcome);
        assertThat(lookup.outcome()).isEqualTo("uri-miss");
        assertThat(lookup.forwarded()).hasToString("rcommerce-gateway; fwd=uri-miss");
        assertThat(lookup.isFillable("GET")).isTrue();
        assertThat(lookup.isFillable("HEAD")).isFalse();
        assertThat(lookup.isCollapsible()).isTrue();
        assertThat(lookup.marker()).isNull();
        assertThat(chain.decisions).containsExactly("cache uri-miss");
        assertThat(chain.get(CLIENT, "/plain").call().cacheLookup()).isNull();
    }

    @Test
    void aStoredReplyAnswersAndTellsItsAge() {
        store(key("/cached/1", "shop.test"), reply("stored"));
        Outcome outcome = get();
        assertThat(outcome.status()).isEqualTo(200);
        assertThat(outcome.body()).isEqualTo("stored");
        assertThat(Objects.requireNonNull(outcome.reply()).fields().stream()
                        .filter(field -> field.name().equalsIgnoreCase("age")))
                .singleElement()
                .satisfies(age -> assertThat(age.value()).isEqualTo("10"));
        assertThat(outcome.field("cache-status")).isEqualTo("rcommerce-gateway; hit; ttl=50");
        CacheLookup lookup = lookup(outcome);
        assertThat(lookup.outcome()).isEqualTo("hit");
        assertThat(lookup.isFillable("GET")).isFalse();
        assertThat(lookup.isCollapsible()).isFalse();
        assertThat(chain.decisions).containsExactly("cache hit");
        assertThat(get("If-None-Match", "\"v1\"").status()).isEqualTo(304);
    }

    @Test
    void ofAReplyThatVariesTheVariantAnswers() {
        CacheKey primary = key("/cached/1", "shop.test");
        VaryMarker marker = new VaryMarker("/cached/1", List.of("accept-language"), 7);
        store(primary, marker);
        store(CacheKeys.variant(primary, marker.names(), 7, FieldList.of("Accept-Language", "de")), reply("deutsch"));
        assertThat(get("Accept-Language", "de").body()).isEqualTo("deutsch");
        Outcome other = get("Accept-Language", "fr");
        assertThat(other.told()).isEqualTo("forwarded");
        assertThat(lookup(other).outcome()).isEqualTo("vary-miss");
        assertThat(lookup(other).marker()).isEqualTo(marker);
        assertThat(lookup(other).isFillable("GET")).isTrue();
        assertThat(lookup(other).isCollapsible()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "Cache-Control, no-cache, request, true",
        "Cache-Control, no-store, request, false",
        "Cache-Control, max-age=5, request, true",
        "Authorization, Bearer x.y.z, bypass, false",
        "X-API-Key, aB3dEfGh.key, bypass, false",
        "Range, bytes=0-1, bypass, false",
    })
    void whoMayNotHaveItGoesUpstream(String name, String value, String outcome, boolean fillable) {
        store(key("/cached/1", "shop.test"), reply("stored"));
        Outcome forwarded = get(name, value);
        assertThat(forwarded.told()).isEqualTo("forwarded");
        CacheLookup lookup = lookup(forwarded);
        assertThat(lookup.outcome()).isEqualTo(outcome);
        assertThat(lookup.forwarded()).hasToString("rcommerce-gateway; fwd=" + outcome);
        assertThat(lookup.isFillable("GET")).isEqualTo(fillable);
        assertThat(lookup.isCollapsible()).isFalse();
    }

    @Test
    void whatIsStaleIsAskedForAgainByOneForAll() {
        store(key("/cached/1", "shop.test"), reply("stored"));
        chain.clock.advance(Duration.ofSeconds(50));
        CacheLookup lookup = lookup(get());
        assertThat(lookup.outcome()).isEqualTo("stale");
        assertThat(lookup.isCollapsible()).isTrue();
    }

    @Test
    void otherMethodsAreNotLookedUp() {
        store(key("/cached/1", "shop.test"), reply("stored"));
        CacheLookup lookup = lookup(chain.ask("POST", CLIENT, "/cached/1"));
        assertThat(lookup.outcome()).isEqualTo("method");
        assertThat(lookup.isFillable("GET")).isFalse();
        assertThat(lookup.isCollapsible()).isFalse();
    }

    @Test
    void onlyIfCachedIsAnsweredFromTheStoreOrNotAtAll() {
        assertThat(get("Cache-Control", "only-if-cached").told()).isEqualTo("504 NOT_STORED");
        assertThat(chain.decisions).containsExactly("cache only_if_cached");
        store(key("/cached/1", "shop.test"), reply("stored"));
        assertThat(get("Cache-Control", "only-if-cached").status()).isEqualTo(200);
    }

    @Test
    void aStoreThatIsAwayIsAMiss() {
        store(key("/cached/1", "shop.test"), reply("stored"));
        chain.failure = new StoreUnavailable("away");
        Outcome outcome = get();
        assertThat(outcome.told()).isEqualTo("forwarded");
        assertThat(lookup(outcome).outcome()).isEqualTo("miss");
        assertThat(lookup(outcome).isCollapsible()).isTrue();
        assertThat(chain.decisions).contains("cache miss").doesNotContain("cache error");
    }

    @Test
    void whatATrustedProxySaysOfTheAddressSelectsTheReply() {
        String[] claims = {
            "X-Forwarded-Proto",
            "https",
            "X-Forwarded-Host",
            "a.test",
            "X-Forwarded-Port",
            "443",
            "X-Forwarded-Prefix",
            "/shop"
        };
        store(
                key("/cached/1", "shop.test", "https", "a.test", "443", "x-forwarded-prefix", "/shop"),
                reply("for the proxy"));
        assertThat(chain.get(PROXY, "/cached/1", claims).body()).isEqualTo("for the proxy");
        assertThat(chain.get(CLIENT, "/cached/1", claims).told())
                .as("a stranger's claims")
                .isEqualTo("forwarded");
        for (int i = 1; i < claims.length; i += 2) {
            String[] other = claims.clone();
            other[i] = "8080";
            assertThat(chain.get(PROXY, "/cached/1", other).told())
                    .as(claims[i - 1])
                    .isEqualTo("forwarded");
        }
        store(key("/cached/1", "shop.test"), reply("for strangers"));
        assertThat(chain.get(CLIENT, "/cached/1", claims).body()).isEqualTo("for strangers");
    }

    private List<Route> routes() {
        return List.of(
                chain.get(CLIENT, "/cached/1").call().foundRoute(),
                chain.get(CLIENT, "/plain").call().foundRoute());
    }

    @Test
    void anUnsafeMethodInvalidatesItsTargetAndWhatTheAnswerNamesOnTheSameHost() {
        StoredTargets targets = new StoredTargets(routes());
        Call post = chain.ask("POST", CLIENT, "/cached/1").call();
        CacheKey own = key("/cached/1", "shop.test");
        CacheKey second = key("/cached/2?x=1", "shop.test");
        assertThat(targets.invalidatedBy(post, 204, null, null)).containsExactly(own);
        assertThat(targets.invalidatedBy(post, 201, "/cached/2?x=1", "http://SHOP.test/cached/3#here"))
                .containsExactly(own, second, key("/cached/3", "shop.test"));
        assertThat(targets.invalidatedBy(post, 201, "#here", "/cached/2?x=1#there"))
                .containsExactly(own, second);
        for (String elsewhere :
                List.of("http://other.test/cached/2", "//shop.test/cached/2", "cached/2", "/plain", "")) {
            assertThat(targets.invalidatedBy(post, 201, elsewhere, elsewhere))
                    .as(elsewhere)
                    .containsExactly(own);
        }
        Call proxied = chain.ask("POST", PROXY, "/cached/1", "X-Forwarded-Host", "a.test")
                .call();
        assertThat(targets.invalidatedBy(proxied, 204, null, null))
                .containsExactly(key("/cached/1", "shop.test", null, "a.test", null));
        assertThat(targets.invalidatedBy(chain.ask("POST", CLIENT, "/plain").call(), 204, null, null))
                .isEmpty();
    }

    @Test
    void nothingElseInvalidatesAnything() {
        Call post = chain.ask("POST", CLIENT, "/cached/1").call();
        StoredTargets targets = new StoredTargets(routes());
        assertThat(targets.invalidatedBy(post, 400, "/cached/2", null))
                .as("an error")
                .isEmpty();
        assertThat(targets.invalidatedBy(get().call(), 200, "/cached/2", null))
                .as("a safe method")
                .isEmpty();
        assertThat(new StoredTargets(routes().subList(1, 2)).invalidatedBy(post, 204, null, null))
                .as("no route that caches")
                .isEmpty();
    }
}
