package app.rcommerce.gateway.server.log;

import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.exchange.Traffic;
import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.exchange.websocket.SocketMeter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An observer that passes each event on to several observers, in order. Immutable; safe for any thread for which all of
 * them are.
 */
public record TrafficListeners(List<Traffic> all) implements Traffic {

    public TrafficListeners {
        all = List.copyOf(all);
    }

    @Override
    public void finished(Finished finished) {
        for (Traffic traffic : all) {
            traffic.finished(finished);
        }
    }

    @Override
    public @Nullable SocketMeter sockets(String route) {
        for (Traffic traffic : all) {
            SocketMeter meter = traffic.sockets(route);
            if (meter != null) {
                return meter;
            }
        }
        return null;
    }

    @Override
    public void connectionOpened() {
        for (Traffic traffic : all) {
            traffic.connectionOpened();
        }
    }

    @Override
    public void connectionClosed() {
        for (Traffic traffic : all) {
            traffic.connectionClosed();
        }
    }

    @Override
    public void http2(Http2Event event) {
        for (Traffic traffic : all) {
            traffic.http2(event);
        }
    }
}
