package app.rcommerce.gateway.server.listen;

import app.rcommerce.gateway.identity.Addresses;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The number of connections for each client address, IPv6 by its /64 network. It has no more entries than there are
 * connections. Safe for any thread.
 */
final class AddressCounts {

    private final ConcurrentMap<String, Integer> counts = new ConcurrentHashMap<>();

    /**
     * Counts a connection of this address.
     *
     * @return what the place is given back by; null where the address has as many as it may
     */
    @Nullable
    String enter(byte[] address, int most) {
        String key = Addresses.folded(address);
        boolean[] entered = new boolean[1];
        counts.compute(key, (same, count) -> {
            int now = count == null ? 0 : count;
            entered[0] = now < most;
            return entered[0] ? Integer.valueOf(now + 1) : count;
        });
        return entered[0] ? key : null;
    }

    /** Takes a connection off the count. */
    void leave(String key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }
}
