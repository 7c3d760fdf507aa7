package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A browser, where there is one: a page opens a WebSocket through the gateway and tells what it got. */
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

    @TempDir
    Path folder;

    private static Optional<String> browser() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(path -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> path + File.separator + name))
                .filter(file -> new File(file).canExecute())
                .findFirst();
    }

    @Test
    void aPageOpensAWebSocket() throws Exception {
        Optional<String> browser = browser();
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
            Process process = new ProcessBuilder(
                            browser.orElseThrow(),
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-dev-shm-usage",
                            "--no-proxy-server",
                            "--user-data-dir=" + folder,
                            "--remote-debugging-port=0",
                            "http://127.0.0.1:" + gateway.port() + "/plain/page")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("browser.log").toFile())
                    .start();
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
}
