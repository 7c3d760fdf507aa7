package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.server.memory.Silence;
import io.netty.channel.EventLoop;

/**
 * A client's connection as the listener sees it, whatever protocol it speaks. All but {@link #loop} is for its event
 * loop.
 */
public interface ClientConnection {

    /**
     * The owner of connections: connections report to it, and ask it for what is common to all of them. Safe for any
     * thread.
     */
    interface Owner {
        /** The configuration that a new request is handled under. */
        Snapshot snapshot();

        /** The observer of requests and connections. */
        Traffic traffic();

        /** The bound on requests that clients have sent ahead and that are not served yet, all together. */
        MemoryBudget sentAhead();

        /** Whether the gateway is stopping, so that connections should end as soon as they can. */
        boolean isDraining();

        /** Called once the connection goes on as another one, since its protocol has been switched. */
        void replaced(ClientConnection before, ClientConnection now);

        /** Called once the connection is closed. */
        void closed(ClientConnection connection);
    }

    /** The event loop of the connection. */
    EventLoop loop();

    /** Ends the connection after the requests under way, since the gateway is stopping. */
    void drain();

    /** Closes the connection if the client has been silent for so many nanoseconds; returns whether it was closed. */
    boolean closeIfSilent(long nanos, Silence what);

    /** Closes the connection at once. */
    void abort();
}
