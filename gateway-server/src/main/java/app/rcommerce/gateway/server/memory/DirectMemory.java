package app.rcommerce.gateway.server.memory;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

/**
 * The bound on memory outside of the heap, set before Netty is loaded. Netty counts what it allocates and refuses at
 * once what exceeds the bound, so that one connection fails and the others go on. The JVM's own bound, which is higher,
 * would instead make an event loop wait for the garbage collector. Stateless.
 */
public final class DirectMemory {

    private static final String BOUND = "io.netty.maxDirectMemory";

    private DirectMemory() {}

    /**
     * Sets the bound to three quarters of the JVM's own, which equals the heap's size, unless one is given by a
     * property.
     */
    public static void bound() {
        if (System.getProperty(BOUND) == null) {
            System.setProperty(BOUND, Long.toString(most() / 4 * 3));
        }
    }

    private static long most() {
        return Runtime.getRuntime().maxMemory();
    }

    /** Whether more than three quarters of the bound are in use. Safe for any thread. */
    public static boolean isScarce() {
        long bound = Long.getLong(BOUND, most());
        return bound > 0
                && ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider
                && provider.metric().usedDirectMemory() > bound / 4 * 3;
    }
}
