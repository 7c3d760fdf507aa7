package app.rcommerce.gateway.server.gateway;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

/**
 * Bounds the memory outside of the heap, before Netty is loaded. Netty counts what it allocates and refuses at once
 * what is beyond its bound, so that a connection fails and the others go on; the JVM's own bound, which lies higher,
 * would make an event loop wait for the collector instead.
 */
public final class DirectMemory {

    private static final String BOUND = "io.netty.maxDirectMemory";

    private DirectMemory() {}

    /** Sets the bound to three quarters of the JVM's, which is that of the heap, unless one is given. */
    public static void bound() {
        if (System.getProperty(BOUND) == null) {
            System.setProperty(BOUND, Long.toString(most() / 4 * 3));
        }
    }

    private static long most() {
        return Runtime.getRuntime().maxMemory();
    }

    /** Whether more than three quarters of what may be used are. Any thread. */
    static boolean isScarce() {
        long bound = Long.getLong(BOUND, most());
        return bound > 0
                && ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider
                && provider.metric().usedDirectMemory() > bound / 4 * 3;
    }
}
