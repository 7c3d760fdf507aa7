package app.rcommerce.gateway.block;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.1.2.3/8, 10.0.0.0/8",
        "10.1.2.255/25, 10.1.2.128/25",
        "0.0.0.0/0, 0.0.0.0/0",
        "1.2.3.4/0, 0.0.0.0/0",
        "1.2.3.4, 1.2.3.4/32",
        "1.2.3.4/32, 1.2.3.4/32",
        "1.2.3.4/31, 1.2.3.4/31",
        "1.2.3.4/08, 1.0.0.0/8",
        "2001:DB8::1/32, 2001:db8::/32",
        "2001:db8:ffff::/33, 2001:db8:8000::/33",
        "::/0, ::/0",
        "::1, ::1/128",
        "::ffff:10.0.0.1/8, 10.0.0.0/8",
    })
    void hostBitsAreCleared(String text, String canonical) {
        assertThat(Cidr.parse(text)).hasToString(canonical).isEqualTo(Cidr.parse(canonical));
        assertThat(Cidr.parse(text)).hasSameHashCodeAs(Cidr.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "1.2.3.4/",
                "1.2.3.4/33",
                "::/129",
                "1.2.3.4/-1",
                "1.2.3.4/+8",
                "1.2.3.4/8/8",
                "1.2.3/8",
                "a/8",
                "1.2.3.4/0x8",
                "1.2.3.4/ 8",
                "1.2.3.4/1000",
                "::ffff:1.2.3.4/104",
                "1.2.3.4/\u0668"
            })
    void whatIsNoRangeIsRefused(String text) {
        assertThat(Cidr.parse(text)).isNull();
    }

    @Test
    void aRangeContainsExactlyTheAddressesOfItsPrefix() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            int bytes = random.nextBoolean() ? 4 : 16;
            byte[] base = new byte[bytes];
            random.nextBytes(base);
            int prefix = random.nextInt(bytes * 8 + 1);
            byte[] other = base.clone();
            int flipped = random.nextInt(bytes * 8);
            other[flipped / 8] ^= (byte) (0x80 >> flipped % 8);
            Cidr cidr = Cidr.of(base, prefix);
            assertThat(cidr.contains(base)).as("seed %s: %s", seed, cidr).isTrue();
            assertThat(cidr.contains(other))
                    .as("seed %s: %s, bit %s", seed, cidr, flipped)
                    .isEqualTo(flipped >= prefix);
            assertThat(cidr.contains(new byte[20 - bytes])).isFalse();
            assertThat(Cidr.parse(cidr.toString())).isEqualTo(cidr);
            assertThat(cidr.isSingle()).isEqualTo(prefix == bytes * 8);
        }
    }

    @Test
    void aSetContainsWhatAnyOfItsRangesDoes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<Cidr> ranges = new ArrayList<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                ranges.add(Cidr.of(small(random), random.nextInt(33)));
            }
            CidrSet set = new CidrSet(ranges);
            for (int i = 0; i < 50; i++) {
                byte[] address = small(random);
                assertThat(set.contains(address))
                        .as("seed %s: %s in %s", seed, new BigInteger(1, address).toString(2), ranges)
                        .isEqualTo(ranges.stream().anyMatch(range -> range.contains(address)));
            }
        }
        assertThat(CidrSet.EMPTY.contains(new byte[4])).isFalse();
    }

    /** Addresses near each other, so that ranges contain some. */
    private static byte[] small(Random random) {
        return new byte[] {(byte) random.nextInt(2), (byte) (random.nextInt(2) * 128), 0, (byte) random.nextInt(4)};
    }

    @Test
    void familiesAreKeptApart() {
        CidrSet set = new CidrSet(List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("2001:db8::/32")));
        assertThat(set.contains(Addresses.parse("1.2.3.4"))).isTrue();
        assertThat(set.contains(Addresses.parse("::1"))).isFalse();
        assertThat(set.contains(Addresses.parse("2001:db8::1"))).isTrue();
        assertThat(set.contains(Addresses.parse("::ffff:1.2.3.4"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "ip:203.0.113.9, ip:203.0.113.9",
        "203.0.113.9, ip:203.0.113.9",
        "203.0.113.9/32, ip:203.0.113.9",
        "ip:203.0.113.9/24, ip:203.0.113.0/24",
        "::1/128, ip:::1",
        "ip:2001:DB8::/32, ip:2001:db8::/32",
        "ip:2001:DB8:0:1::7/64, ip:2001:db8:0:1::/64",
        "key:erp, key:erp",
        "user:42, user:42",
    })
    void aSubjectIsAnIdentifierOrARange(String text, String canonical) {
        assertThat(Subject.parse(text)).hasToString(canonical).isEqualTo(Subject.parse(canonical));
    }

    /** As callers are counted and looked up: a network of 64 bits is one of them, any other range is not. */
    @Test
    void aNetworkOf64BitsIsAnIdentifier() {
        assertThat(Subject.parse("2001:db8:0:1::/64")).isEqualTo(new Subject.One(Identifier.ip("2001:db8:0:1::/64")));
        assertThat(Identifier.parse("ip:2001:DB8:0:1::9/64")).isEqualTo(Identifier.ip("2001:db8:0:1::/64"));
        assertThat(Identifier.parse("ip:2001:db8::/63")).isNull();
        assertThat(Identifier.parse("ip:1.2.3.4/64")).isNull();
        assertThat(Subject.parse("2001:db8::/63")).isInstanceOf(Subject.Range.class);
        assertThat(Subject.parse("10.0.0.0/24")).isInstanceOf(Subject.Range.class);
        AccessList list = new AccessList(List.of(Subject.parse("2001:db8:0:1::/64")));
        assertThat(names(list, "2001:db8:0:1::9")).isTrue();
        assertThat(names(list, "2001:db8:0:2::9")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ip:", "host", "ip:1.2.3.4/33", "key:", "ip:ip:1.2.3.4", "session:1"})
    void whatIsNoSubjectIsRefused(String text) {
        assertThat(Subject.parse(text)).isNull();
    }

    @Test
    void anAccessListNamesAddressesAndIdentities() {
        AccessList list = new AccessList(List.of(
                Subject.parse("10.0.0.0/8"),
                Subject.parse("ip:1.2.3.4"),
                Subject.parse("::1"),
                Subject.parse("key:erp")));
        assertThat(names(list, "10.9.9.9")).isTrue();
        assertThat(names(list, "1.2.3.4")).isTrue();
        assertThat(names(list, "::1")).isTrue();
        assertThat(names(list, "1.2.3.5")).isFalse();
        assertThat(list.names(Identifier.key("erp"))).isTrue();
        assertThat(list.names(Identifier.user("erp"))).isFalse();
        assertThat(list.names(null)).isFalse();
        assertThat(names(new AccessList(List.of()), "1.2.3.4")).isFalse();
    }

    private static boolean names(AccessList list, String address) {
        return list.namesAddress(Addresses.parse(address), Identifier.ip(address));
    }
}
