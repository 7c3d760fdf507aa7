package app.rcommerce.gateway.server;

import java.lang.reflect.Proxy;

/**
 * SIGHUP, by which operators ask a server to read its configuration again. The JDK hears it only through {@code
 * sun.misc.Signal}, whose every mention the compiler warns of beyond all suppression: hence, here alone, reflection.
 */
final class Hangup {

    private Hangup() {}

    /** Runs the task on a thread of its own at each SIGHUP; does nothing where the platform knows no such signal. */
    static void onHangup(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object listening = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            Thread.ofVirtual().start(task);
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), listening);
        } catch (ReflectiveOperationException e) {
            // No such signal here: the files are watched all the same.
        }
    }
}
