package app.rcommerce.gateway.server;

import java.lang.reflect.Proxy;

/**
 * Handlers of the operating system's signals: SIGHUP makes the server read its configuration again, SIGTERM stops it.
 * The JDK offers signals through {@code sun.misc.Signal} alone, and the compiler warns of each mention of that class in
 * a way that cannot be suppressed; therefore this class, and no other, uses reflection. Stateless.
 */
final class Signals {

    private Signals() {}

    /**
     * Runs the task on a thread of its own at each signal of this name, such as {@code HUP}; does nothing where the
     * platform knows no such signal, or the JVM keeps it for itself.
     */
    static void on(String name, Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listening = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            Thread.ofPlatform().name("signal " + name).start(task);
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), listening);
        } catch (ReflectiveOperationException e) {
            // No such signal here: files are watched all the same, and the JVM stops at its own.
        }
    }
}
