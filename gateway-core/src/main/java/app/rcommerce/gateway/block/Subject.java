package app.rcommerce.gateway.block;

import app.rcommerce.gateway.identity.Identifier;
import org.jspecify.annotations.Nullable;

/**
 * The subject of an entry of the block list or of the allowlist: one identifier, or a range of addresses. Immutable.
 */
public sealed interface Subject {

    /**
     * A single identifier that callers are looked up by: an address, an IPv6 network of 64 bits, an API key or a user.
     */
    record One(Identifier identifier) implements Subject {
        @Override
        public String toString() {
            return identifier.toString();
        }
    }

    /** A range of addresses that is neither a single address nor an IPv6 network of 64 bits. */
    record Range(Cidr cidr) implements Subject {
        @Override
        public String toString() {
            return "ip:" + cidr;
        }
    }

    /**
     * Reads {@code ip:203.0.113.9}, {@code ip:203.0.113.0/24}, {@code key:erp} or {@code user:42}; an address or range
     * may stand without {@code ip:}. A range of one address is read as that address, and an IPv6 network of 64 bits as
     * the identifier that its callers are counted under: both become {@link One}.
     *
     * @return null where the text is none of these
     */
    static @Nullable Subject parse(String text) {
        String address = text.startsWith("ip:") ? text.substring(3) : text;
        Cidr cidr = Cidr.parse(address);
        if (cidr != null) {
            if (!cidr.isSingle()) {
                boolean network = cidr.addressLength() == 16 && cidr.prefix() == 64;
                Identifier counted = network ? Identifier.parse("ip:" + cidr) : null;
                return counted == null ? new Range(cidr) : new One(counted);
            }
            int slash = address.indexOf('/');
            Identifier one = Identifier.parse("ip:" + (slash < 0 ? address : address.substring(0, slash)));
            return one == null ? null : new One(one);
        }
        Identifier identifier = Identifier.parse(text);
        return identifier == null ? null : new One(identifier);
    }
}
