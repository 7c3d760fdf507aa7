package app.rcommerce.gateway.server.protocol.http2;

import static app.rcommerce.gateway.server.testing.Http2Client.CANCEL;
import static app.rcommerce.gateway.server.testing.Http2Client.NO_ERROR;
import static app.rcommerce.gateway.server.testing.Http2Client.PROTOCOL_ERROR;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.Http2Client.Answer;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a request in HTTP/2, and what is refused before it reaches anybody. */
@ExtendWith(Leaks.class)
class Http2RequestIT {

    private RawUpstream upstream;
    private TestGateway gateway;
    private Http2Client client;

    @BeforeEach
    void start() throws Exception {
        upstream = new RawUpstream(x -> x.ok(x.content()));
        gateway = Http2Gateway.forwardingTo(upstream.port(), 1, "max_fields = 20\nmax_cookie_crumbs = 10");
        client = new Http2Client(gateway.port());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        gateway.close();
        upstream.close();
    }

    private Answer ask(String... fields) throws Exception {
        return client.read(client.begin(client.section(fields), true));
    }

    /** The connection goes on, and nobody upstream has seen anything. */
    private void isRefusedAlone(Answer answer, int reset) throws Exception {
        assertThat(answer.reset()).isEqualTo(reset);
        assertThat(upstream.heads()).isEmpty();
        assertThat(client.read(client.get("/next")).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":method=GET|:scheme=http|:authority=a",
                ":method=GET|:path=/|:authority=a",
                ":scheme=http|:path=/|:authority=a",
                ":method=GET|:scheme=http|:path=|:authority=a",
                ":method=GET|:scheme=http|:path=x|:authority=a",
                ":method=GET|:scheme=ftp|:path=/|:authority=a",
                ":method=GET|:scheme=http|:path=/",
                ":method=GET|:method=GET|:scheme=http|:path=/|:authority=a",
                ":method=GET|:scheme=http|:path=/|:authority=a|:status=200",
                ":method=GET|:scheme=http|:path=/|:authority=a|:protocol=websocket",
                ":method=GET|:scheme=http|:path=/|x=1|:authority=a",
                ":method=GET|:scheme=http|:path=/|:authority=a|X-Upper=1",
                ":method=GET|:scheme=http|:path=/|:authority=a|x y=1",
                ":method=GET|:scheme=http|:path=/|:authority=a|x:y=1",
                ":method=GET|:scheme=http|:path=/|:authority=a|=1",
                ":method=GET|:scheme=http|:path=/|:authority=a|connection=close",
                ":method=GET|:scheme=http|:path=/|:authority=a|keep-alive=1",
                ":method=GET|:scheme=http|:path=/|:authority=a|proxy-connection=close",
                ":method=GET|:scheme=http|:path=/|:authority=a|transfer-encoding=chunked",
                ":method=GET|:scheme=http|:path=/|:authority=a|upgrade=websocket",
                ":method=GET|:scheme=http|:path=/|:authority=a|te=gzip",
                ":method=GET|:scheme=http|:path=/|:authority=a|x=1\r\ny: 2",
                ":method=GET|:scheme=http|:path=/|:authority=a|x=1\ny: 2",
                ":method=GET|:scheme=http|:path=/|:authority=a|x=1\u0000",
                ":method=GET|:scheme=http|:path=/|:authority=a|x= 1",
                ":method=GET|:scheme=http|:path=/|:authority=a|x=1\t",
                ":method=GET|:scheme=http|:path=/ HTTP/1.1\r\nx: y|:authority=a",
                ":method=GET|:scheme=http|:path=/|:authority=a|host=b",
                ":method=GET|:scheme=http|:path=/|:authority=a|host=a|host=a",
                ":method=GET|:scheme=http|:path=/|:authority=a|content-length=1",
                ":method=GET|:scheme=http|:path=/|:authority=a|content-length=-1",
                ":method=GET|:scheme=http|:path=/|:authority=a|content-length=0,0",
                ":method=GET|:scheme=http|:path=/|:authority=a|content-length=0|content-length=0",
            })
    void aMalformedHeadEndsItsStreamAlone(String fields) throws Exception {
        List<String> all = new ArrayList<>();
        for (String field : fields.split("\\|")) {
            int equals = field.indexOf('=');
            all.add(field.substring(0, equals));
            all.add(field.substring(equals + 1));
        }
        isRefusedAlone(ask(all.toArray(String[]::new)), PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/..;/b", "/a/%2e%2e%2f", "/a\\b", "/%", "*", "/a#b"})
    void aTargetThatCanBeReadInTwoWaysIsRefusedAsInHttp11(String path) throws Exception {
        Answer answer = ask(":method", "OPTIONS", ":scheme", "http", ":authority", "a", ":path", path);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("BAD_REQUEST");
        isRefusedAlone(answer, -1);
    }

    @Test
    void methodsAreThoseOfHttp11() throws Exception {
        assertThat(ask(":method", "get", ":scheme", "http", ":authority", "a", ":path", "/")
                        .status())
                .isEqualTo(400);
        assertThat(ask(":method", "CONNECT", ":authority", "a").status()).isEqualTo(501);
        assertThat(ask(":method", "G T", ":scheme", "http", ":authority", "a", ":path", "/")
                        .status())
                .isEqualTo(400);
        assertThat(upstream.heads()).isEmpty();
    }

    @Test
    void anExpectationOtherThanContinueIsRefused() throws Exception {
        Answer answer = client.read(client.get("/", "expect", "coffee"));
        assertThat(answer.status()).isEqualTo(417);
    }

    @Test
    void moreFieldsThanMayBeAreRefused() throws Exception {
        String[] fields = new String[2 * 21];
        for (int i = 0; i < fields.length; i += 2) {
            fields[i] = "x-" + i;
            fields[i + 1] = "v";
        }
        Answer answer = client.read(client.get("/", fields));
        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.body()).contains("HEADERS_TOO_LARGE");
        isRefusedAlone(answer, -1);
    }

    /** The cookie bomb: each crumb costs the client one byte, and would cost us an entry. */
    @Test
    void crumbsOfACookieAreJoinedAndCounted() throws Exception {
        String[] crumbs = new String[2 * 10];
        for (int i = 0; i < crumbs.length; i += 2) {
            crumbs[i] = "cookie";
            crumbs[i + 1] = "c" + i / 2 + "=v";
        }
        assertThat(client.read(client.get("/", crumbs)).status()).isEqualTo(200);
        assertThat(upstream.heads().getFirst())
                .containsIgnoringCase("cookie: c0=v; c1=v; c2=v; c3=v; c4=v; c5=v; c6=v; c7=v; c8=v; c9=v\r\n");
        String[] more = java.util.Arrays.copyOf(crumbs, 2 * 11);
        more[20] = "cookie";
        more[21] = "one=more";
        assertThat(client.read(client.get("/", more)).status()).isEqualTo(431);
        assertThat(upstream.heads()).hasSize(1);
    }

    @Test
    void aSectionThatIsTooLargeIsRefusedAndTheConnectionGoesOn() throws Exception {
        Answer answer = client.read(client.get("/", "x", "y".repeat(17_000).substring(0, 16_300)));
        assertThat(answer.status()).isEqualTo(431);
        assertThat(client.read(client.get("/next")).status()).isEqualTo(200);
        assertThat(upstream.heads()).hasSize(1);
    }

    @Test
    void contentHasTheLengthThatIsDeclared() throws Exception {
        int right = client.post("/", "content-length", "4");
        client.data(right, "ab", false).data(right, "cd", true);
        assertThat(client.read(right).body()).isEqualTo("abcd");

        int tooLong = client.post("/", "content-length", "1");
        client.data(tooLong, "ab", true);
        assertThat(client.read(tooLong).reset()).isEqualTo(PROTOCOL_ERROR);

        int tooShort = client.post("/", "content-length", "3");
        client.data(tooShort, "ab", true);
        assertThat(client.read(tooShort).reset()).isEqualTo(PROTOCOL_ERROR);

        int none = client.post("/", "content-length", "0");
        client.data(none, "", true);
        assertThat(client.read(none).status()).isEqualTo(200);
    }

    @Test
    void contentOfUnknownLengthIsChunkedUpstreamAndTrailersAreDropped() throws Exception {
        int stream = client.post("/", "trailer", "x-sum");
        client.data(stream, "abc", false).data(stream, "def", false);
        client.send(
                Http2Client.HEADERS,
                Http2Client.END_HEADERS | Http2Client.END_STREAM,
                stream,
                client.section("x-sum", "1"));
        assertThat(client.read(stream).body()).isEqualTo("abcdef");
        assertThat(upstream.heads().getFirst())
                .containsIgnoringCase("transfer-encoding: chunked")
                .containsIgnoringCase("host: shop.test")
                .containsIgnoringCase("via: 2.0 rcommerce-gateway")
                .doesNotContainIgnoringCase("x-sum");
    }

    @Test
    void trailersWithPseudoFieldsAreMalformed() throws Exception {
        int stream = client.post("/");
        client.data(stream, "abc", false);
        client.send(
                Http2Client.HEADERS,
                Http2Client.END_HEADERS | Http2Client.END_STREAM,
                stream,
                client.section(":path", "/other"));
        assertThat(client.read(stream).reset()).isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    void aRequestWithoutContentSaysSoUpstream() throws Exception {
        assertThat(client.read(client.head("POST", "/")).status()).isEqualTo(200);
        assertThat(upstream.heads().getFirst()).containsIgnoringCase("content-length: 0");
        assertThat(client.read(client.get("/", "te", "trailers", "host", "SHOP.test."))
                        .status())
                .isEqualTo(200);
        assertThat(upstream.heads().getLast()).doesNotContainIgnoringCase("te: trailers");
    }

    @Test
    void anAnswerBeforeTheContentIsWholeAndTheRestIsNotWanted() throws Exception {
        int stream = client.post("/a/..;/b", "content-length", "10000");
        client.data(stream, "abc", false);
        Answer answer = client.read(stream);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.isEnded()).isTrue();
        while (answer.reset() < 0) {
            client.read();
        }
        assertThat(answer.reset()).isEqualTo(NO_ERROR);
        for (int i = 0; i < 50; i++) {
            client.data(stream, "late", false);
        }
        client.send(Http2Client.RST_STREAM, 0, stream, Http2Client.number(CANCEL));
        assertThat(client.read(client.get("/next")).status()).isEqualTo(200);
    }

    @Test
    void aReloadBoundsNewConnections() throws Exception {
        String[] fields = new String[2 * 12];
        for (int i = 0; i < fields.length; i += 2) {
            fields[i] = "x-" + i;
            fields[i + 1] = "v";
        }
        assertThat(client.read(client.get("/", fields)).status()).isEqualTo(200);
        gateway.gateway().reload(TestGateway.config(Http2Gateway.forwarding(upstream.port(), 1, "max_fields = 10")));
        assertThat(client.read(client.get("/", fields)).status()).isEqualTo(200);
        try (Http2Client later = new Http2Client(gateway.port())) {
            assertThat(later.read(later.get("/", fields)).status()).isEqualTo(431);
        }
    }
}
