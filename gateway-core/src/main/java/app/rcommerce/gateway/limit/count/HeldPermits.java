package app.rcommerce.gateway.limit.count;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The permits of one meter that nodes hold for one identifier, as the store counts them: one entry for each hold. The
 * Redis script repeats this arithmetic. Not safe for use by several threads; times are milliseconds of the store's
 * clock.
 */
final class HeldPermits {

    /** For how long a hold is remembered that has ended. */
    private static final long ENDED_MILLIS = 5_000;

    /** One node's. */
    static final class Entry {
        private final String id;
        private long sequence;
        private long used;
        private long permits;
        private long endMillis;

        Entry(String id) {
            this.id = id;
        }

        long sequence() {
            return sequence;
        }

        long used() {
            return used;
        }

        long permits() {
            return permits;
        }
    }

    private final List<Entry> entries = new ArrayList<>(1);

    /**
     * Drops what is held no longer; answers how many permits that were, which count as used now. What would be held for
     * twice the longest life and more is from before the clock was set back: it is held for one such life from now on,
     * within which a node that lives tells of it, or has stopped to use it.
     */
    long expire(long now) {
        long expired = 0;
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (entry.endMillis < now) {
                expired += entries.remove(i).permits;
            } else if (entry.endMillis > now + 2 * Hold.LONGEST_MILLIS) {
                entry.endMillis = now + Hold.LONGEST_MILLIS;
            }
        }
        return expired;
    }

    /** How many are held in all. */
    long total() {
        long total = 0;
        for (Entry entry : entries) {
            total += entry.permits;
        }
        return total;
    }

    /** The entry of a hold, or null. */
    @Nullable
    Entry find(String id) {
        for (Entry entry : entries) {
            if (entry.id.equals(id)) {
                return entry;
            }
        }
        return null;
    }

    /**
     * Writes what a hold has said, with the permits that it has from now on. A hold that has none any more is
     * remembered for some seconds: an earlier question may yet arrive, and must not begin it again.
     */
    void put(Hold hold, long permits, long now) {
        Entry entry = find(hold.id());
        if (entry == null) {
            if (permits == 0) {
                return;
            }
            entry = new Entry(hold.id());
            entries.add(entry);
        }
        entry.sequence = hold.sequence();
        entry.used = hold.used();
        entry.permits = permits;
        entry.endMillis = now + (permits == 0 ? Math.min(ENDED_MILLIS, hold.lifeMillis()) : hold.lifeMillis());
    }

    /** How long the last of them is held from now on; 0 where nothing is held. */
    long lifeMillis(long now) {
        long life = 0;
        for (Entry entry : entries) {
            life = Math.max(life, entry.endMillis - now);
        }
        return life;
    }

    /** About how much memory this takes, in bytes. */
    int bytes() {
        return 40 + 64 * entries.size();
    }
}
