package app.rcommerce.gateway.server.redis.tracking;

import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.push.PushConnection;
import app.rcommerce.gateway.server.redis.resp.RespConnection;
import app.rcommerce.gateway.server.redis.resp.RespDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connection over which one master pushes changes and the messages of nodes. Confined to its event loop. */
final class TrackingConnection extends PushConnection {

    /** The owner of the connection, called on the event loop. */
    interface Owner {
        /** {@link #isTracked} may answer otherwise now. */
        void changed();

        /** Called when a ping was answered, which proves that all changes up to {@link #heardNanos} have arrived. */
        void heard();

        /** Called when keys have changed; null for all of them. */
        void invalidated(@Nullable List<?> keys);

        /** Called when the subscription to the channel has begun. */
        void listening();

        /** Called when a message has arrived on the channel. */
        void message(String text);
    }

    private final TrackingOptions options;
    private final Owner owner;
    private boolean tracked;
    private boolean channelWanted;
    private boolean subscribed;
    private long heardNanos;

    TrackingConnection(Master master, TrackingOptions options, Owner owner) {
        super(master, options.push());
        this.options = options;
        this.owner = owner;
    }

    /** Whether every change at the present master is notified. */
    boolean isTracked() {
        return tracked && isCurrent();
    }

    /** The time up to which all changes have arrived. */
    long heardNanos() {
        return heardNanos;
    }

    /** Maintains the connection; {@code isHome} where the channel is read from this master. */
    void tick(boolean isHome) {
        channelWanted = isHome;
        tick();
    }

    @Override
    protected void ready(RespConnection open) {
        track(open);
        subscribe(open);
    }

    @Override
    protected void readyTick(RespConnection open, int tick) {
        if (isRefused() && tick % TICKS_AFTER_A_REFUSAL == 0) {
            track(open);
        }
        subscribe(open);
    }

    @Override
    protected void pinged(long sentNanos) {
        heardNanos = sentNanos;
        owner.heard();
    }

    private void track(RespConnection open) {
        List<String> words = new ArrayList<>(List.of("CLIENT", "TRACKING", "ON", "BCAST"));
        options.prefixes().forEach(prefix -> words.addAll(List.of("PREFIX", prefix)));
        long asked = options.push().nanos().getAsLong();
        open.send(words, answer -> {
            tracked = !(answer instanceof RespDecoder.Refused);
            refused(
                    !tracked,
                    answer instanceof RespDecoder.Refused no ? "Redis refuses CLIENT TRACKING (" + word(no) + ")" : "");
            heardNanos = asked;
            answered();
            owner.changed();
        });
    }

    private void subscribe(RespConnection open) {
        boolean wanted = channelWanted;
        if (subscribed == wanted) {
            return;
        }
        subscribed = wanted;
        open.send(List.of(wanted ? "SUBSCRIBE" : "UNSUBSCRIBE", options.channel()), answer -> {
            if (wanted && !(answer instanceof RespDecoder.Refused)) {
                owner.listening();
            }
        });
    }

    @Override
    public void pushed(List<Object> parts) {
        Object kind = parts.getFirst();
        if (kind.equals("invalidate") && parts.size() == 2) {
            owner.invalidated(parts.get(1) instanceof List<?> keys ? keys : null);
        } else if (kind.equals("message") && parts.size() == 3 && parts.get(2) instanceof String text) {
            owner.message(text);
        }
    }

    @Override
    protected void lost() {
        tracked = false;
        subscribed = false;
        owner.changed();
    }
}
