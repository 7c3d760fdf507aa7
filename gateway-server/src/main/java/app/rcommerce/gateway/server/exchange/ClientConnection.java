package app.rcommerce.gateway.server.exchange;

import io.netty.channel.EventLoop;

/**
 * A client's connection as the listener sees it, whatever protocol it speaks. All but {@link #loop} is for its event
 * loop.
 */
public interface ClientConnection {

    /** Told by connections; asked by them for what holds for all. Safe for any thread. */
    interface Owner {
        /** The configuration that a new request is handled under. */
        Snapshot snapshot();

        /** Told what happens to requests. */
        Traffic traffic();

        /** Whether the gateway is stopping: connections end as soon as they may. */
        boolean isDraining();

        /** The connection is closed. */
        void closed(ClientConnection connection);
    }

    /** Its event loop. */
    EventLoop loop();

    /** The gateway is stopping: the connection ends after what is under way. */
    void drain();

    /** Closes a client that has taken nothing for so long; answers whether it has. */
    boolean closeIfSilent(long nanos);

    /** Breaks the connection off. */
    void abort();
}
