package app.rcommerce.gateway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.TlsConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.time.Clock;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What certificates take outside of the heap while others are read in their place. */
class TlsServerTest {

    @TempDir
    Path folder;

    private TlsConfig config() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        certificates.write("shop", Algorithm.ecp256, "shop.example");
        Path file = Files.writeString(folder.resolve("gateway.toml"), """
                [server]
                listen = [{ address = "127.0.0.1:0", tls = true }]
                [server.tls]
                certificates = [%s]
                [[routes]]
                name = "all"
                path = "/**"
                respond = { body = "" }
                """.formatted(certificates.entry("shop")));
        return switch (ConfigReader.read(file, name -> null)) {
            case ConfigReader.Result.Loaded loaded -> tls(loaded.config());
            case ConfigReader.Result.Rejected rejected -> throw new AssertionError(rejected.problems());
        };
    }

    private static TlsConfig tls(GatewayConfig config) {
        return config.server().tls();
    }

    @Test
    void thoseThatAreReplacedAreFreedOnceTheirConnectionsHaveEnded() throws Exception {
        assumeTrue(OpenSsl.isAvailable());
        TlsServer server = new TlsServer(true, Clock.system());
        List<SslContext> replaced = new ArrayList<>();
        List<SSLEngine> connections = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            server.use(config());
            Certificates.Shown shown = server.choose(ClientHello.UNKNOWN);
            replaced.add(shown.context());
            if (i % 10 == 0) {
                connections.add(shown.context().newEngine(ByteBufAllocator.DEFAULT));
            }
            shown.release();
        }
        long open = replaced.stream().filter(context -> references(context) > 0).count();
        assertThat(open).as("those with connections, and the last").isEqualTo(connections.size() + 1);
        connections.forEach(ReferenceCountUtil::release);
        server.close();
        assertThat(replaced).allMatch(context -> references(context) == 0);
    }

    private static int references(SslContext context) {
        return ((ReferenceCounted) context).refCnt();
    }
}
