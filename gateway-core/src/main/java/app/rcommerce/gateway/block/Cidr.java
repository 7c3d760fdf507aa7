package app.rcommerce.gateway.block;

import app.rcommerce.gateway.identity.Addresses;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A range of addresses in prefix notation (RFC 4632, RFC 4291 §2.3). Immutable, compared by value. */
public final class Cidr {

    private final byte[] network;
    private final int prefix;

    private Cidr(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a single address. Host bits are cleared.
     *
     * @return null where the text is none of these
     */
    public static @Nullable Cidr parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        int bits = address.length * 8;
        int prefix = slash < 0 ? bits : prefixLength(text.substring(slash + 1), bits);
        return prefix < 0 ? null : of(address, prefix);
    }

    /** The range with this prefix length that contains an address of 4 or 16 bytes. */
    public static Cidr of(byte[] address, int prefix) {
        byte[] network = address.clone();
        for (int i = prefix / 8; i < network.length; i++) {
            int kept = Math.clamp(prefix - 8L * i, 0, 8);
            network[i] &= (byte) (0xff << (8 - kept));
        }
        return new Cidr(network, prefix);
    }

    private static int prefixLength(String text, int bits) {
        if (text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int prefix = Integer.parseInt(text);
        return prefix <= bits ? prefix : -1;
    }

    /** Whether the address of 4 or 16 bytes lies in the range; an address of the other family never does. */
    public boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (address[i] != network[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || ((address[whole] ^ network[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }

    /** The prefix length: how many leading bits an address of the range shares with the network. */
    public int prefix() {
        return prefix;
    }

    /** The length of the family's addresses in bytes: 4 or 16. */
    public int addressLength() {
        return network.length;
    }

    /** Whether the range is one single address. */
    public boolean isSingle() {
        return prefix == network.length * 8;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cidr that && prefix == that.prefix && Arrays.equals(network, that.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefix;
    }

    /** The range as it is written, host bits cleared: {@code 10.0.0.0/8}. */
    @Override
    public String toString() {
        return Addresses.format(network) + "/" + prefix;
    }
}
