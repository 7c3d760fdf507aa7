package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import app.rcommerce.gateway.server.testing.Browser;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A browser, where there is one: a page opens a WebSocket, or fetches over HTTP/2, and tells what it got. */
@Timeout(90)
class BrowserIT {

    private static final String PAGE = """
            <!doctype html><script>
            const socket = new WebSocket('ws://' + location.host + '/ws', ['chat']);
            const got = [];
            socket.onopen = () => { socket.send('hello'); socket.send(new Uint8Array(100000)); };
            socket.onmessage = message => {
                got.push(message.data.size ?? message.data);
                if (got.length == 2) { socket.close(4000, 'enough'); }
            };
            socket.onclose = event => fetch('/plain/done?' + got.join('-') + '-' + event.code + '-' + socket.protocol
                + '-' + event.wasClean);
            </script>""";

    /** One that fetches: a small answer, content sent, eight at once, and one that comes bit by bit. */
    private static final String FETCHING = """
            <!doctype html><script>
            const text = (path, options) => fetch(path, options).then(answer => answer.text());
            (async () => {
                const got = [await text('/small')];
                got.push(await text('/content', { method: 'POST', body: 'x'.repeat(100000) }));
                const many = await Promise.all([...Array(8).keys()].map(i => text('/many' + i)));
                got.push(many.join(''));
                const reader = (await fetch('/bits')).body.getReader();
                let pieces = 0, size = 0;
                for (let part = await reader.read(); !part.done; part = await reader.read()) {
                    pieces++;
                    size += part.value.length;
                    await fetch('/next');
                }
                got.push(size + (pieces > 1 ? 'inpieces' : 'atonce'));
                const seen = performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'));
                got.push([...new Set(seen.map(entry => entry.nextHopProtocol))].join('+'));
                await fetch('/done?' + got.join('-'));
            })().catch(error => fetch('/done?' + encodeURIComponent(error)));
            </script>""";

    @TempDir
    Path folder;

    @Test
    void aPageOpensAWebSocket() throws Exception {
        Optional<String> browser = Browser.executable();
        assumeThat(browser).as("a Chromium on the PATH").isPresent();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().startsWith("GET /ws")) {
                        // It offers compression, which is not taken up.
                        SocketServer.echo(x, "Sec-WebSocket-Protocol: chat\r\n");
                    } else if (x.line().contains("/plain/page")) {
                        x.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + PAGE.length()
                                + "\r\n\r\n" + PAGE);
                    } else {
                        x.ok("ok");
                    }
                });
                TestGateway gateway = TestGateway.start(SocketServer.config(upstream.port(), 2, ""))) {
            Process process = browse(browser.orElseThrow(), "http://127.0.0.1:" + gateway.port() + "/plain/page");
            try {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .untilAsserted(() ->
                                assertThat(upstream.heads()).anyMatch(head -> head.startsWith("GET /plain/done?")));
                assertThat(upstream.heads())
                        .anyMatch(head -> head.startsWith("GET /plain/done?hello-100000-4000-chat-true "));
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        }
    }

    private Process browse(String browser, String page, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-proxy-server",
                "--user-data-dir=" + folder.resolve("profile"),
                "--remote-debugging-port=0"));
        command.addAll(List.of(options));
        command.add(page);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("browser.log").toFile())
                .start();
    }

    @Test
    void aPageFetchesOverHttp2() throws Exception {
        Optional<String> browser = Browser.executable();
        assumeThat(browser).as("a Chromium on the PATH").isPresent();
        TestCertificates certificates = new TestCertificates(folder);
        X509Bundle shop = certificates.write("shop", Algorithm.ecp256, "127.0.0.1");
        CountDownLatch next = new CountDownLatch(1);
        CountDownLatch many = new CountDownLatch(8);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    String path = x.line().split(" ")[1];
                    if (path.equals("/page")) {
                        x.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + FETCHING.length()
                                + "\r\n\r\n" + FETCHING);
                    } else if (path.equals("/bits")) {
                        x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                        // The rest once the page has seen the beginning.
                        next.await(30, TimeUnit.SECONDS);
                        x.send("6\r\nsecond\r\n0\r\n\r\n");
                    } else if (path.startsWith("/many")) {
                        many.countDown();
                        // All of them are here before one is answered.
                        many.await(30, TimeUnit.SECONDS);
                        x.ok(path.substring(5));
                    } else {
                        if (path.equals("/next")) {
                            next.countDown();
                        }
                        x.ok(x.line().startsWith("POST") ? "" + x.content().length() : "small");
                    }
                });
                TestGateway gateway = TestGateway.start("""
                        [server]
                        listen = [{ address = "127.0.0.1:0", tls = true }]
                        workers = 2
                        [server.admin]
                        listen = "127.0.0.1:0"
                        [server.tls]
                        certificates = [%s]
                        [upstreams.origin]
                        servers = ["http://127.0.0.1:%d"]
                        [[routes]]
                        name = "all"
                        path = "/**"
                        upstream = "origin"
                        """.formatted(certificates.entry("shop"), upstream.port()))) {
            // Trusts this key alone, whoever has signed its certificate.
            String key = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256")
                            .digest(shop.getCertificate().getPublicKey().getEncoded()));
            Process process = browse(
                    browser.orElseThrow(),
                    "https://127.0.0.1:" + gateway.port() + "/page",
                    "--ignore-certificate-errors-spki-list=" + key);
            try {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .untilAsserted(
                                () -> assertThat(upstream.heads()).anyMatch(head -> head.startsWith("GET /done?")));
                assertThat(upstream.heads())
                        .filteredOn(head -> head.startsWith("GET /done?"))
                        .allMatch(head -> head.startsWith("GET /done?small-100000-01234567-11inpieces-h2 "));
                assertThat(gateway.finished())
                        .allMatch(one -> one.protocol().name().equals("h2"));
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        }
    }
}
