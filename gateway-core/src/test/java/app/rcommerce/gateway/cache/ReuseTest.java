package app.rcommerce.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.cache.CacheStatus.Forward;
import app.rcommerce.gateway.cache.Reuse.OnlyIfCached;
import app.rcommerce.gateway.cache.Reuse.Pass;
import app.rcommerce.gateway.cache.Reuse.Serve;
import app.rcommerce.gateway.http.FieldList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReuseTest {

    private static final long NOW = 1_767_225_600_000L;

    /** Ten seconds old, fresh for another fifty. */
    private static final StoredReply STORED = stored(false);

    private static StoredReply stored(boolean shareable) {
        return new StoredReply(
                "/p", 200, FieldList.of(), new byte[0], NOW - 10_000, NOW + 50_000, List.of(), shareable);
    }

    private static RequestDirectives asks(String control) {
        return RequestDirectives.of(FieldList.of("Cache-Control", control), true);
    }

    private static Reuse of(StoredReply stored, RequestDirectives directives, long nowMillis) {
        return Reuse.of(stored, Forward.URI_MISS, directives, false, nowMillis);
    }

    @Test
    void aFreshReplyAnswersUntilItsLastMillisecond() {
        assertThat(of(STORED, RequestDirectives.NONE, NOW)).isEqualTo(new Serve(STORED));
        assertThat(of(STORED, RequestDirectives.NONE, NOW + 49_999)).isEqualTo(new Serve(STORED));
        assertThat(of(STORED, RequestDirectives.NONE, NOW + 50_000)).isEqualTo(new Pass(Forward.STALE));
    }

    @Test
    void aMissIsCalledWhatItIs() {
        assertThat(Reuse.of(null, Forward.VARY_MISS, RequestDirectives.NONE, false, NOW))
                .isEqualTo(new Pass(Forward.VARY_MISS));
    }

    @ParameterizedTest
    @CsvSource({
        "no-cache,false",
        "no-store,false",
        "max-age=0,false",
        "max-age=9,false",
        "max-age=10,true",
        "max-age=x,false",
        "min-fresh=50,true",
        "min-fresh=51,false",
        "min-fresh=x,false",
        "max-stale=100,true",
        "only-if-cached,true",
    })
    void theRequestsDirectivesAreHonoured(String control, boolean served) {
        assertThat(of(STORED, asks(control), NOW)).isEqualTo(served ? new Serve(STORED) : new Pass(Forward.REQUEST));
    }

    @Test
    void onlyIfCachedIsNeverForwarded() {
        assertThat(Reuse.of(null, Forward.URI_MISS, asks("only-if-cached"), false, NOW))
                .isEqualTo(new OnlyIfCached());
        assertThat(of(STORED, asks("only-if-cached"), NOW + 60_000)).isEqualTo(new OnlyIfCached());
        assertThat(of(STORED, asks("only-if-cached, no-cache"), NOW)).isEqualTo(new OnlyIfCached());
    }

    @Test
    void aReplyForNobodyInParticularDoesNotAnswerACredential() {
        assertThat(Reuse.of(STORED, Forward.URI_MISS, RequestDirectives.NONE, true, NOW))
                .isEqualTo(new Pass(Forward.BYPASS));
        assertThat(Reuse.of(stored(true), Forward.URI_MISS, RequestDirectives.NONE, true, NOW))
                .isInstanceOf(Serve.class);
    }

    @Test
    void onlyGetAndHeadAreLookedUp() {
        assertThat(Reuse.skip("GET", RequestDirectives.NONE)).isNull();
        assertThat(Reuse.skip("HEAD", RequestDirectives.NONE)).isNull();
        assertThat(Reuse.skip("POST", RequestDirectives.NONE)).isEqualTo(Forward.METHOD);
        assertThat(Reuse.skip("GET", RequestDirectives.of(FieldList.of("Range", "bytes=0-1"), false)))
                .isEqualTo(Forward.BYPASS);
    }

    @Test
    void successesOfUnsafeMethodsInvalidate() {
        assertThat(Invalidation.invalidates("PUT", 204)).isTrue();
        assertThat(Invalidation.invalidates("FOO", 303)).isTrue();
        assertThat(Invalidation.invalidates("DELETE", 404)).isFalse();
        assertThat(Invalidation.invalidates("GET", 200)).isFalse();
    }
}
