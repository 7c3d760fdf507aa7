package app.rcommerce.gateway.server;

/**
 * Bounds the memory outside of the heap, before Netty is loaded. Netty counts what it allocates and refuses at once what is
 * beyond its bound, so that a connection fails and the others go on; the JVM's own bound, which lies higher, would make an
 * event loop wait for the collector instead.
 */
final class DirectMemory {

    private static final String BOUND = "io.netty.maxDirectMemory";

    private DirectMemory() {}

    /** Sets the bound to three quarters of the JVM's, which is that of the heap, unless one is given. */
    static void bound() {
        if (System.getProperty(BOUND) == null) {
            System.setProperty(BOUND, Long.toString(Runtime.getRuntime().maxMemory() / 4 * 3));
        }
    }
}
