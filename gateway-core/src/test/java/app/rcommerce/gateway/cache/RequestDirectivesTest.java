package app.rcommerce.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDirectivesTest {

    private static RequestDirectives of(String... fields) {
        return RequestDirectives.of(FieldList.of(fields), true);
    }

    @Test
    void aPlainRequestSaysNothing() {
        assertThat(of("Accept", "*/*", "Content-Length", "0")).isSameAs(RequestDirectives.NONE);
    }

    @Test
    void directivesAreRead() {
        assertThat(of("Cache-Control", "no-store, no-cache, only-if-cached", "Cache-Control", "max-age=5, min-fresh=6"))
                .isEqualTo(new RequestDirectives(null, true, true, true, 5, 6));
    }

    @Test
    void pragmaCountsOnlyWithoutCacheControl() {
        assertThat(of("Pragma", "No-Cache").noCache()).isTrue();
        assertThat(of("Pragma", "no-cache", "Cache-Control", "max-age=60").noCache())
                .isFalse();
    }

    @Test
    void anOperatorMayIgnoreWhatClientsAskFor() {
        assertThat(RequestDirectives.of(
                        FieldList.of("Cache-Control", "no-cache, no-store, max-age=0", "Pragma", "no-cache"), false))
                .isSameAs(RequestDirectives.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Range: bytes=0-1",
                "If-Range: \"a\"",
                "If-Match: \"a\"",
                "If-Unmodified-Since: x",
                "Content-Length: 5",
                "Content-Length: +0",
                "Transfer-Encoding: chunked",
                "Upgrade: websocket",
                "X-HTTP-Method-Override: DELETE"
            })
    void whatTheStoreCannotAnswerBypassesItEitherWay(String field) {
        String name = field.substring(0, field.indexOf(':'));
        String value = field.substring(field.indexOf(' ') + 1);
        assertThat(RequestDirectives.of(FieldList.of(name, value), true).bypass())
                .isNotNull();
        assertThat(RequestDirectives.of(FieldList.of(name, value), false).bypass())
                .isNotNull();
    }
}
