package app.rcommerce.gateway.server.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 with the clients that operators have, where they are installed. */
@ExtendWith(Leaks.class)
class Http2ToolsIT {

    @TempDir
    Path folder;

    private static String run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, command[0] + " is not installed");
            throw e;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void nghttpSendsAndTakesLargeContent() throws Exception {
        Path content = Files.writeString(folder.resolve("content"), "0123456789".repeat(500_000));
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), 1, "")) {
            String output = run("nghttp", "-d", content.toString(), "http://127.0.0.1:" + gateway.port() + "/upload");
            assertThat(output).hasSize(5_000_000);
        }
    }

    @Test
    void h2loadLosesNothing() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("hello"));
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), 3, "");
                TestGateway tls = Http2Gateway.byTlsTo(upstream.port(), folder)) {
            for (String url : List.of("http://127.0.0.1:" + gateway.port(), "https://127.0.0.1:" + tls.port())) {
                String output = run("h2load", "-n", "3000", "-c", "8", "-m", "10", url + "/");
                assertThat(output).contains("3000 succeeded, 0 failed, 0 errored", "status codes: 3000 2xx");
            }
        }
    }
}
