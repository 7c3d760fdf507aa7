package app.rcommerce.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

    /** 10.0.0.0/8 and fd00::/8. */
    private static final Predicate<byte[]> TRUSTED =
            address -> address.length == 4 ? address[0] == 10 : address[0] == (byte) 0xfd;

    private static String of(String peer, String... lines) {
        return Addresses.format(ClientAddress.of(Addresses.parse(peer), List.of(lines), TRUSTED));
    }

    @Test
    void anUntrustedPeerIsTheClientWhateverItClaims() {
        assertThat(of("203.0.113.9", "10.0.0.1", "198.51.100.1")).isEqualTo("203.0.113.9");
    }

    @Test
    void withoutTheFieldThePeerIsTheClient() {
        assertThat(of("10.0.0.1")).isEqualTo("10.0.0.1");
        assertThat(of("10.0.0.1", "")).isEqualTo("10.0.0.1");
    }

    @Test
    void aForgedAddressIsIgnored() {
        assertThat(of("10.0.0.1", "1.1.1.1, 203.0.113.9")).isEqualTo("203.0.113.9");
        assertThat(of("10.0.0.1", "1.1.1.1", "203.0.113.9, 10.0.0.2")).isEqualTo("203.0.113.9");
        assertThat(of("10.0.0.1", "10.0.0.7, 203.0.113.9", "10.0.0.3,10.0.0.2")).isEqualTo("203.0.113.9");
    }

    @Test
    void whereEveryHopIsTrustedTheFirstOneIsTheClient() {
        assertThat(of("10.0.0.1", "10.0.0.4", "10.0.0.3,10.0.0.2")).isEqualTo("10.0.0.4");
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9,203.0.113.9",
        "203.0.113.9:4711,203.0.113.9",
        "2001:db8::1,2001:db8::1",
        "[2001:db8::1],2001:db8::1",
        "[2001:db8::1]:443,2001:db8::1",
        "::ffff:203.0.113.9,203.0.113.9",
        "2001:DB8:0::1,2001:db8::1",
    })
    void entriesMayCarryPorts(String entry, String address) {
        assertThat(of("10.0.0.1", "1.1.1.1, " + entry + "\t")).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "unknown", "_hidden", "203.0.113", "203.0.113.256", "203.0.113.9:", "203.0.113.9:x", "203.0.113.9:65536",
        "203.0.113.9:000080", "[203.0.113.9]", "[2001:db8::1", "[2001:db8::1]x", "[2001:db8::1]:", "[]", "fe80::1%eth0",
        "localhost", "203.0.113.09", "'\"203.0.113.9\"'", "[2001:db8::1]443", ":80", "1.2.3.4 5.6.7.8"
    })
    void anEntryThatCannotBeReadEndsTheWalkAtTheLastGoodHop(String entry) {
        assertThat(of("10.0.0.1", "203.0.113.9, " + entry + ", 10.0.0.2")).isEqualTo("10.0.0.2");
        assertThat(of("10.0.0.1", "203.0.113.9, " + entry)).isEqualTo("10.0.0.1");
    }

    @Test
    void emptyMembersMeanNothing() {
        assertThat(of("10.0.0.1", "203.0.113.9, ,", ",,")).isEqualTo("203.0.113.9");
    }

    @Test
    void theWalkIsBounded() {
        String line = "203.0.113.9" + ", 10.0.0.2".repeat(ClientAddress.MOST_HOPS - 1);
        assertThat(of("10.0.0.1", line)).isEqualTo("203.0.113.9");
        assertThat(of("10.0.0.1", line + ", 10.0.0.2")).isEqualTo("10.0.0.2");
        assertThat(of("10.0.0.1", ",".repeat(100_000))).isEqualTo("10.0.0.1");
    }

    @Test
    void whateverAClientSendsTheAddressItConnectsFromIsFound() {
        Random random = new Random(17);
        String alphabet = "0123456789.:,[] afx%\u0000";
        for (int i = 0; i < 20_000; i++) {
            String[] lines = IntStream.range(0, 1 + random.nextInt(3))
                    .mapToObj(n -> {
                        StringBuilder text = new StringBuilder();
                        for (int k = random.nextInt(30); k > 0; k--) {
                            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                        }
                        return text.toString();
                    })
                    .toArray(String[]::new);
            // The trusted proxy appends what it saw: to the last line, as proxies do.
            lines[lines.length - 1] += ", 203.0.113.9";
            assertThat(of("10.0.0.1", lines)).as(String.join("|", lines)).isEqualTo("203.0.113.9");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9:0,203.0.113.9",
        "203.0.113.9:65535,203.0.113.9",
        "203.0.113.9:00080,203.0.113.9",
        "203.0.113.9:65536,10.0.0.1",
        "203.0.113.9:000080,10.0.0.1",
        "203.0.113.9:,10.0.0.1",
        "203.0.113.9:8/,10.0.0.1",
        "203.0.113.9:/8,10.0.0.1",
        "203.0.113.9:8;,10.0.0.1",
        "[2001:db8::1]x443,10.0.0.1",
        "[2001:db8::1]:,10.0.0.1",
        "[203.0.113.9],10.0.0.1",
        "[::],::",
        "[],10.0.0.1",
        "[,10.0.0.1",
        ":80,10.0.0.1",
    })
    void aPortIsOneToFiveDigitsUpTo65535(String entry, String address) {
        assertThat(of("10.0.0.1", entry)).isEqualTo(address);
    }
}
