package app.rcommerce.gateway.block;

import app.rcommerce.gateway.identity.Identifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A fixed list of identifiers and address ranges, such as the allowlist, compiled for look-ups. Immutable; any thread.
 */
public final class AccessList {

    private final Set<Identifier> identifiers = new HashSet<>();
    private final CidrSet ranges;

    /** The list of the given subjects. */
    public AccessList(Collection<Subject> subjects) {
        List<Cidr> cidrs = new ArrayList<>();
        for (Subject subject : subjects) {
            Cidr cidr = cidr(subject);
            if (cidr != null) {
                cidrs.add(cidr);
            }
        }
        ranges = new CidrSet(cidrs);
        for (Subject subject : subjects) {
            if (subject instanceof Subject.One one) {
                identifiers.add(one.identifier());
            }
        }
    }

    /** The range of addresses that a subject names; null where it names a single address, or none. */
    private static @Nullable Cidr cidr(Subject subject) {
        return switch (subject) {
            case Subject.Range(Cidr cidr) -> cidr;
            case Subject.One(Identifier one) -> one.isNetwork() ? Cidr.parse(one.value()) : null;
        };
    }

    /** Whether the list names the address, by itself or by a range. */
    public boolean namesAddress(byte[] address, Identifier exact) {
        return naming(address, exact) != null;
    }

    /** The subject by which the list names the address: itself, or a range; null where it does not. */
    public @Nullable Subject naming(byte[] address, Identifier exact) {
        if (!identifiers.isEmpty() && identifiers.contains(exact)) {
            return new Subject.One(exact);
        }
        Cidr range = ranges.find(address);
        return range == null ? null : new Subject.Range(range);
    }

    /** Whether the list names the identity; an anonymous caller has none. */
    public boolean names(@Nullable Identifier identity) {
        return identity != null && identifiers.contains(identity);
    }
}
