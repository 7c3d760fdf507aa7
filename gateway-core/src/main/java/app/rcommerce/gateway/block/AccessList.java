package app.rcommerce.gateway.block;

import app.rcommerce.gateway.identity.Identifier;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A fixed list of identifiers and ranges, compiled for look-ups. Immutable; any thread. */
public final class AccessList {

    private final Set<Identifier> identifiers = new HashSet<>();
    private final CidrSet ranges;

    /** The list of the given subjects. */
    public AccessList(Collection<Subject> subjects) {
        List<Cidr> cidrs = subjects.stream()
                .filter(Subject.Range.class::isInstance)
                .map(subject -> ((Subject.Range) subject).cidr())
                .toList();
        ranges = new CidrSet(cidrs);
        for (Subject subject : subjects) {
            if (subject instanceof Subject.One one) {
                identifiers.add(one.identifier());
            }
        }
    }

    /** Whether the list names the address, by itself or by a range. */
    public boolean namesAddress(byte[] address, Identifier exact) {
        return (!identifiers.isEmpty() && identifiers.contains(exact)) || ranges.contains(address);
    }

    /** Whether the list names the identity; an anonymous caller has none. */
    public boolean names(@Nullable Identifier identity) {
        return identity != null && identifiers.contains(identity);
    }
}
