package app.rcommerce.gateway.server.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The conformance suite of HTTP/2, h2spec, against a running gateway: every one of its tests. */
@ExtendWith(Leaks.class)
class H2specIT {

    private static final String PROGRAM = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final int TESTS = 145;

    @TempDir
    Path folder;

    private Path program() throws IOException {
        boolean runs = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        assumeTrue(runs, "h2spec is a program for Linux on x86-64");
        try (InputStream packed = Objects.requireNonNull(H2specIT.class.getResourceAsStream(PROGRAM), PROGRAM);
                InputStream tar = new GZIPInputStream(packed)) {
            byte[] header = tar.readNBytes(512);
            // The only file of the archive; its size stands there in octal digits.
            String size = new String(header, 124, 11, StandardCharsets.US_ASCII).trim();
            Path file = Files.write(folder.resolve("h2spec"), tar.readNBytes(Integer.parseInt(size, 8)));
            assertThat(file.toFile().setExecutable(true)).isTrue();
            return file;
        }
    }

    private List<String> failures(int port, String... more) throws Exception {
        Path report = folder.resolve("report.xml");
        List<String> command = new ArrayList<>(
                List.of(program().toString(), "-h", "127.0.0.1", "-p", "" + port, "-o", "5", "-j", report.toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("h2spec.log").toFile())
                .start();
        process.waitFor();
        NodeList cases = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("testcase");
        List<String> failed = new ArrayList<>();
        for (int i = 0; i < cases.getLength(); i++) {
            Element one = (Element) cases.item(i);
            if (one.getElementsByTagName("failure").getLength() > 0
                    || one.getElementsByTagName("error").getLength() > 0) {
                failed.add(one.getAttribute("package") + " " + one.getAttribute("classname") + ": "
                        + one.getTextContent().strip());
            }
        }
        assertThat(cases.getLength()).as("tests of the suite").isEqualTo(TESTS);
        return failed;
    }

    /** An origin that takes its time: the suite sends frames for streams whose answers must not be there yet. */
    private static RawUpstream origin() throws IOException {
        return new RawUpstream(x -> {
            x.content();
            Thread.sleep(50);
            x.ok("hello");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everyTestPassesInTheClear(int workers) throws Exception {
        try (RawUpstream upstream = origin();
                TestGateway gateway = Http2Gateway.forwardingTo(upstream.port(), workers, "")) {
            assertThat(failures(gateway.port())).isEmpty();
        }
    }

    @Test
    void everyTestPassesByTls() throws Exception {
        try (RawUpstream upstream = origin();
                TestGateway gateway = Http2Gateway.byTlsTo(upstream.port(), folder)) {
            assertThat(failures(gateway.port(), "-t", "-k")).isEmpty();
        }
    }
}
