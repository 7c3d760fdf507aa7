package app.rcommerce.gateway.server.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 by TLS with the JDK's client, which keeps to every rule of its own. */
@ExtendWith(Leaks.class)
class Http2TlsIT {

    @TempDir
    Path folder;

    private static HttpClient client() throws Exception {
        // Whose certificate it is, is not what is tested here.
        return HttpClient.newBuilder()
                .sslContext(TestCertificates.trustingAll())
                .build();
    }

    private static HttpRequest.Builder to(TestGateway gateway, String host) {
        return HttpRequest.newBuilder(URI.create("https://" + host + ":" + gateway.port() + "/"));
    }

    @Test
    void largeContentPassesBothWaysWithinTheWindows() throws Exception {
        byte[] large = "0123456789".repeat(1_000_000).getBytes();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = Http2Gateway.byTlsTo(upstream.port(), folder);
                HttpClient client = client()) {
            HttpResponse<byte[]> answer = client.send(
                    to(gateway, "127.0.0.1")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(large))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(large);
            assertThat(upstream.heads().getFirst()).containsIgnoringCase("x-forwarded-proto: https");
        }
    }

    @Test
    void manyRequestsGoOverOneConnection() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = Http2Gateway.byTlsTo(upstream.port(), folder);
                HttpClient client = client()) {
            client.send(to(gateway, "127.0.0.1").build(), HttpResponse.BodyHandlers.discarding());
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 90; i++) {
                String body = "b".repeat(i * 100);
                answers.add(client.sendAsync(
                        to(gateway, "127.0.0.1")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            for (int i = 0; i < 90; i++) {
                assertThat(answers.get(i).join().body()).hasSize(i * 100);
            }
            assertThat(gateway.openConnections()).isEqualTo(1);
        }
    }

    /** A client may send what is for another host over a connection that it has (RFC 9113 §9.1.1). */
    @Test
    void whatIsForAHostWithoutACertificateIsMisdirected() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("here"));
                TestGateway gateway = Http2Gateway.byTlsTo(upstream.port(), folder);
                HttpClient client = client()) {
            HttpResponse<String> answer =
                    client.send(to(gateway, "localhost").build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(421);
            assertThat(upstream.heads()).isEmpty();
        }
    }

    @Test
    void whereItIsDisabledHttp11IsSpoken() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("here"));
                TestGateway gateway = Http2Gateway.byTlsTo(upstream.port(), folder, "[server.http2]\nenabled = false");
                HttpClient client = client()) {
            HttpResponse<String> answer =
                    client.send(to(gateway, "127.0.0.1").build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).isEqualTo("here");
        }
    }
}
