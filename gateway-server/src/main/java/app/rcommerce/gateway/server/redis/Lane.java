package app.rcommerce.gateway.server.redis;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls of one event loop. Those asked for in one turn of the loop go out together at its end, one batch for each
 * node and urgency. Confined to its loop, but for {@link #add}.
 */
final class Lane {

    /** Calls in a batch at most. */
    static final int MOST_IN_BATCH = 64;

    private final EventLoop loop;
    private final Gatherer gatherer;
    private final List<Flight> gathering = new ArrayList<>();
    private boolean scheduled;

    Lane(EventLoop loop, Gatherer gatherer) {
        this.loop = loop;
        this.gatherer = gatherer;
    }

    EventLoop loop() {
        return loop;
    }

    Gatherer gatherer() {
        return gatherer;
    }

    /** Sends the call with the others of this turn. Any thread. */
    void add(Call call) {
        if (loop.inEventLoop()) {
            gather(call);
        } else {
            loop.execute(() -> gather(call));
        }
    }

    private void gather(Call call) {
        Flight flight = flight(call);
        flight.board(call);
        if (flight.size() >= MOST_IN_BATCH) {
            gathering.remove(flight);
            flight.depart();
        } else if (!scheduled) {
            scheduled = true;
            loop.execute(this::depart);
        }
    }

    private Flight flight(Call call) {
        for (Flight flight : gathering) {
            if (flight.takes(call)) {
                return flight;
            }
        }
        Flight flight = new Flight(this, call.node(), call.command().operation().urgency());
        gathering.add(flight);
        return flight;
    }

    private void depart() {
        scheduled = false;
        List<Flight> ready = List.copyOf(gathering);
        gathering.clear();
        ready.forEach(Flight::depart);
    }
}
