package app.rcommerce.gateway.block;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of address ranges that answers whether any of them contains an address. A look-up costs one hash look-up for
 * each distinct prefix length, however many ranges there are. Immutable; any thread.
 *
 * <p>Measured by {@code CidrSetBenchmark}.
 */
public final class CidrSet {

    /** The empty set. */
    public static final CidrSet EMPTY = new CidrSet(List.of());

    private record Level(int prefix, int addressLength, Set<Cidr> ranges) {}

    private final List<Level> levels = new ArrayList<>();

    /** The set of the given ranges. */
    public CidrSet(Collection<Cidr> ranges) {
        Map<Integer, Set<Cidr>> byShape = new TreeMap<>();
        for (Cidr cidr : ranges) {
            byShape.computeIfAbsent(cidr.addressLength() * 1000 + cidr.prefix(), shape -> new HashSet<>())
                    .add(cidr);
        }
        byShape.forEach((shape, set) -> levels.add(new Level(shape % 1000, shape / 1000, set)));
    }

    /** Whether any range contains the address of 4 or 16 bytes. */
    public boolean contains(byte[] address) {
        return find(address) != null;
    }

    /** The largest of the ranges that contain the address of 4 or 16 bytes; null where none does. */
    public @Nullable Cidr find(byte[] address) {
        for (int i = 0; i < levels.size(); i++) {
            Level level = levels.get(i);
            if (level.addressLength() == address.length) {
                Cidr network = Cidr.of(address, level.prefix());
                if (level.ranges().contains(network)) {
                    return network;
                }
            }
        }
        return null;
    }
}
