package app.rcommerce.gateway.check;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.config.table.ConfigReader.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateWarningsTest {

    private static final Path TLS =
            Path.of("src/test/resources/config/good/tls").toAbsolutePath();

    @TempDir
    private Path folder;

    private List<String> warnings(String server) throws IOException {
        Path file = folder.resolve("gateway.toml");
        Files.writeString(file, server + """

                [[routes]]
                name = "all"
                path = "/**"
                respond = { status = 200, body = "ok" }
                """);
        return switch (ConfigReader.read(file, name -> null)) {
            case Result.Loaded loaded ->
                ConfigCheck.of(loaded.config(), name -> null, Instant.parse("2026-12-01T00:00:00Z"), 1L << 28)
                        .warnings()
                        .stream()
                        .map(warning -> warning.toString().replace(folder + "/", ""))
                        .filter(text -> text.contains("without effect"))
                        .toList();
            case Result.Rejected rejected -> throw new AssertionError(rejected.problems());
        };
    }

    private List<String> ofClients(String wanted) throws IOException {
        return warnings("""
                [server]
                listen = [{ address = "127.0.0.1:8443", tls = true }]
                [server.tls]
                certificates = [{ cert = "%1$s/shop.pem", key = "%1$s/shop.key" }]
                client_ca = "%1$s/clients.pem"
                %2$s
                """.formatted(TLS, wanted));
    }

    @Test
    void authoritiesForCertificatesThatNobodyIsAskedForAreNamed() throws Exception {
        assertThat(ofClients(""))
                .containsExactly("gateway.toml:5:1: warning: server.tls.client_ca: \"" + TLS
                        + "/clients.pem\" is without effect, since client_certificates is neither \"optional\" nor"
                        + " \"required\"");
        assertThat(ofClients("client_certificates = \"optional\"")).isEmpty();
    }

    @Test
    void aSocketForAProtocolThatIsNotSpokenIsNamed() throws Exception {
        String listen = """
                [server]
                listen = ["127.0.0.1:8080", { address = "127.0.0.1:8081", h2c = true }]
                """;
        assertThat(warnings(listen + "http2.enabled = false\n"))
                .singleElement()
                .asString()
                .contains("server.listen[1].h2c: true is without effect, since server.http2.enabled is false");
        assertThat(warnings(listen)).isEmpty();
    }
}
