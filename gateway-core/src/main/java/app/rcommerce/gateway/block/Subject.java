package app.rcommerce.gateway.block;

import app.rcommerce.gateway.identity.Identifier;
import org.jspecify.annotations.Nullable;

/** What an entry of the block list or of the allowlist names: one identifier, or a range of addresses. Immutable. */
public sealed interface Subject {

    /** One address, API key or user. */
    record One(Identifier identifier) implements Subject {
        @Override
        public String toString() {
            return identifier.toString();
        }
    }

    /** Every address of a range. */
    record Range(Cidr cidr) implements Subject {
        @Override
        public String toString() {
            return "ip:" + cidr;
        }
    }

    /**
     * Reads {@code ip:203.0.113.9}, {@code ip:203.0.113.0/24}, {@code key:erp} or {@code user:42}; an address or range
     * may stand without {@code ip:}. A range of one address is that address.
     *
     * @return null where the text is none of these
     */
    static @Nullable Subject parse(String text) {
        String address = text.startsWith("ip:") ? text.substring(3) : text;
        Cidr cidr = Cidr.parse(address);
        if (cidr != null) {
            if (!cidr.isSingle()) {
                return new Range(cidr);
            }
            int slash = address.indexOf('/');
            Identifier one = Identifier.parse("ip:" + (slash < 0 ? address : address.substring(0, slash)));
            return one == null ? null : new One(one);
        }
        Identifier identifier = Identifier.parse(text);
        return identifier == null ? null : new One(identifier);
    }
}
