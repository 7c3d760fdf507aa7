package app.rcommerce.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9, 203.0.113.9",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "::ffff:1.2.3.4, 1.2.3.4",
        "::FFFF:102:304, 1.2.3.4",
        "0:0:0:0:0:ffff:1.2.3.4, 1.2.3.4",
        // RFC 5952 §4.1 to §4.3 and §5
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::AbCd, 2001:db8::abcd",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:0:0:0:0:0:0:0, 1::",
        "1:2:3:4:5:6:7:0, 1:2:3:4:5:6:7:0",
        "fe80:0:0:0:1::, fe80::1:0:0:0",
    })
    void anAddressHasOneText(String text, String canonical) {
        assertThat(Addresses.canonical(text)).isEqualTo(canonical);
        assertThat(Addresses.canonical(canonical)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "localhost",
                "example.com",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.04",
                "01.2.3.4",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1.2.3.-4",
                "+1.2.3.4",
                "0x1.2.3.4",
                "16909060",
                "1.2.3.4:5",
                "1.2.3.4/8",
                ":",
                ":::",
                "1:2",
                "1::2::3",
                "12345::",
                "::g",
                "::1%lo",
                "::1%1",
                "[::1]",
                "[::1]:80",
                "::1/64",
                "::1 ",
                "1:2:3:4:5:6:7:8:9",
                "::1.2.3",
                "::1.2.3.256",
                "::\u0661",
                "\u0661.2.3.4",
                "1:2:3:4:5:6:7:8:1.2.3.4",
                "-1::",
                "00001::",
                "::00000"
            })
    void whatIsNoLiteralAddressIsRefused(String text) {
        assertThat(Addresses.parse(text)).isNull();
        assertThat(Addresses.canonical(text)).isNull();
    }

    @Test
    void whatIsWrittenReadsAsTheSameAddress() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] address = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(address);
            for (int zeros = random.nextInt(address.length); zeros > 0; zeros--) {
                address[random.nextInt(address.length)] = 0;
            }
            String text = Addresses.format(address);
            assertThat(Addresses.parse(text)).as("seed %s: %s", seed, text).isEqualTo(address);
            assertThat(Addresses.canonical(text)).isEqualTo(text);
        }
    }

    @Test
    void anIpv6AddressIsCountedAsItsNetwork() {
        assertThat(Addresses.folded(Addresses.parse("2001:db8:1:2:3:4:5:6"))).isEqualTo("2001:db8:1:2::/64");
        assertThat(Addresses.folded(Addresses.parse("::1"))).isEqualTo("::/64");
        assertThat(Addresses.folded(Addresses.parse("203.0.113.9"))).isEqualTo("203.0.113.9");
    }

    @Test
    void aSocketsPeerIsReadWithoutItsMapping() throws Exception {
        assertThat(Addresses.bytes(InetAddress.ofLiteral("1.2.3.4"))).containsExactly(1, 2, 3, 4);
        assertThat(Addresses.bytes(InetAddress.ofLiteral("::1"))).hasSize(16);
        assertThat(Addresses.toInetAddress(new byte[] {1, 2, 3, 4}).getHostAddress())
                .isEqualTo("1.2.3.4");
        assertThatThrownBy(() -> Addresses.toInetAddress(new byte[5])).hasMessageContaining("5 bytes");
        assertThatThrownBy(() -> Addresses.format(new byte[5])).hasMessageContaining("expected: 4 or 16");
    }
}
