package app.rcommerce.gateway.server.redis.job;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A set of ids, by their hashes: a million of them are eight megabytes. Filled first, asked then. For one thread. */
final class IdSet {

    private static final int LEAST = 512;

    private long[] hashes = new long[LEAST];
    private int count;
    private boolean sorted;

    void add(String id) {
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * count);
        }
        hashes[count++] = hash(id);
        sorted = false;
    }

    boolean contains(String id) {
        if (!sorted) {
            Arrays.sort(hashes, 0, count);
            sorted = true;
        }
        return Arrays.binarySearch(hashes, 0, count, hash(id)) >= 0;
    }

    private static long hash(String id) {
        // FNV-1a: two ids that share one hide each other, once in some 10^13 for a million.
        long hash = 0xcbf29ce484222325L;
        for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b) * 0x100000001b3L;
        }
        return hash;
    }
}
