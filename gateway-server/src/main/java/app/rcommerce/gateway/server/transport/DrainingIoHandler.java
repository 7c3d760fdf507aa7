package app.rcommerce.gateway.server.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.concurrent.CompletableFuture;

/**
 * The handler of io_uring, which is asked to wake up once more before it is destroyed. Netty's frees the eight octets
 * into which the kernel copies the count of wake-ups, and the read that copies them may still be under way: it was
 * asked for behind a submission that waits for all before it (IOSQE_IO_DRAIN), so the kernel gives it to a worker
 * thread, and what cancels it waits in the same line. A wake-up that comes late then writes into memory that belongs to
 * somebody else, and the process aborts (seen in 4.2.18). A handler that knows of a wake-up waits until its read has
 * ended, and asks for no other. Confined to its event loop, except {@link #wakeup}.
 */
final class DrainingIoHandler implements IoHandler {

    private final IoHandler handler;

    DrainingIoHandler(IoHandler handler) {
        this.handler = handler;
    }

    /** Handlers of that factory, each of which drains. */
    static IoHandlerFactory of(IoHandlerFactory handlers) {
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor loop) {
                return new DrainingIoHandler(handlers.newHandler(loop));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return handlers.isChangingThreadSupported();
            }
        };
    }

    @Override
    public void initialize() {
        handler.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return handler.run(context);
    }

    @Override
    public void prepareToDestroy() {
        handler.prepareToDestroy();
    }

    /** Wakes the handler from another thread, since it takes no wake-up from its own, and then destroys it. */
    @Override
    public void destroy() {
        try {
            CompletableFuture.runAsync(
                            handler::wakeup,
                            task -> Thread.ofPlatform()
                                    .daemon()
                                    .name("last-wake-up")
                                    .start(task))
                    .join();
        } finally {
            handler.destroy();
        }
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return handler.register(handle);
    }

    @Override
    public void wakeup() {
        handler.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return handler.isCompatible(type);
    }
}
