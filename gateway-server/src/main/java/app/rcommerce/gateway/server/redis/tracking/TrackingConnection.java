package app.rcommerce.gateway.server.redis.tracking;

import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.resp.RespConnection;
import app.rcommerce.gateway.server.redis.resp.RespDecoder;
import app.rcommerce.gateway.server.redis.resp.ServerAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisClient;

/**
 * The connection over which one master pushes changes and the messages of nodes. It is made anew when it breaks, falls
 * silent, or leads to a server that is no longer the master. Confined to its event loop.
 */
final class TrackingConnection implements RespConnection.Listener {

    /** How often {@link #tick} is called. */
    static final int TICK_MILLIS = 100;

    private static final int TICKS_TO_A_PING = 2;
    private static final int TICKS_OF_SILENCE = 8;
    private static final int TICKS_TO_RETRY = 3;
    private static final int TICKS_AFTER_A_REFUSAL = 100;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final String NOT_READY = "Redis is not ready";

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

        /** The time on the clock, in nanoseconds. */
        long nanos();
    }

    private final Master master;
    private final TrackingOptions options;
    private final Owner owner;
    private @Nullable RedisClient client;
    private @Nullable RespConnection connection;
    private String reason = "not connected yet";
    private boolean refused;
    private boolean connecting;
    private boolean ready;
    private boolean tracked;
    private boolean channelWanted;
    private boolean subscribed;
    private boolean closed;
    private long heardNanos;
    private int ticks;
    private int waitTicks;
    private int silentTicks;

    TrackingConnection(Master master, TrackingOptions options, Owner owner) {
        this.master = master;
        this.options = options;
        this.owner = owner;
    }

    /** Whether every change at the present master is notified. */
    boolean isTracked() {
        return tracked && master.entry().getClient() == client;
    }

    /** The time up to which all changes have arrived. */
    long heardNanos() {
        return heardNanos;
    }

    /** The reason why changes are not notified, in a few words without secrets. */
    String reason() {
        return reason;
    }

    /** Whether the server itself refuses tracking, so that retrying soon is of no use. */
    boolean isRefused() {
        return refused;
    }

    /**
     * Maintains the connection: makes it, pings, and closes it when it is silent. {@code isHome} where the channel is
     * read from this master.
     */
    void tick(boolean isHome) {
        channelWanted = isHome;
        if (connection == null && !connecting) {
            if (--waitTicks <= 0) {
                connect();
            }
            return;
        }
        if (master.entry().getClient() != client) {
            drop("the master has changed", 0);
        } else if (++silentTicks > TICKS_OF_SILENCE) {
            drop("Redis does not answer", TICKS_TO_RETRY);
        } else if (ready) {
            if (ticks++ % TICKS_TO_A_PING == 0) {
                ping();
            }
            if (refused && ticks % TICKS_AFTER_A_REFUSAL == 0) {
                track();
            }
            subscribe();
        }
    }

    private void connect() {
        RedisClient to = master.entry().getClient();
        client = to;
        connecting = true;
        silentTicks = 0;
        to.resolveAddr()
                .whenComplete((address, failure) -> options.loop().execute(() -> {
                    connecting = false;
                    if (closed || address == null) {
                        waitTicks = TICKS_TO_RETRY;
                    } else if (connection == null) {
                        RespConnection made = RespConnection.open(
                                options.loop(), options.kind(), server(to, address), CONNECT_TIMEOUT, this);
                        connection = made.isOver() ? null : made;
                    }
                }));
    }

    private ServerAddress server(RedisClient to, InetSocketAddress address) {
        return new ServerAddress(address, to.getConfig().getAddress().getHost(), options.tls());
    }

    @Override
    public void opened(RespConnection opened) {
        opened.send(options.greeting(), answer -> {
            if (answer instanceof RespDecoder.Refused no) {
                refused = true;
                drop("Redis refuses HELLO 3 (" + word(no) + ")", TICKS_AFTER_A_REFUSAL);
            } else {
                begin(opened);
            }
        });
    }

    /** While Redis loads its data it takes every command of these but PING, and nothing changes. */
    private void begin(RespConnection opened) {
        opened.send(List.of("PING"), answer -> {
            if (answer instanceof RespDecoder.Refused) {
                drop(NOT_READY, TICKS_TO_RETRY);
            } else {
                ready = true;
                track();
                subscribe();
            }
        });
    }

    private void track() {
        RespConnection open = connection;
        if (open == null) {
            return;
        }
        List<String> words = new ArrayList<>(List.of("CLIENT", "TRACKING", "ON", "BCAST"));
        options.prefixes().forEach(prefix -> words.addAll(List.of("PREFIX", prefix)));
        long asked = owner.nanos();
        open.send(words, answer -> {
            tracked = !(answer instanceof RespDecoder.Refused);
            refused = !tracked;
            reason = answer instanceof RespDecoder.Refused no ? "Redis refuses CLIENT TRACKING (" + word(no) + ")" : "";
            heardNanos = asked;
            silentTicks = 0;
            owner.changed();
        });
    }

    private void ping() {
        RespConnection open = connection;
        if (open == null) {
            return;
        }
        long asked = owner.nanos();
        open.send(List.of("PING"), answer -> {
            if (answer instanceof RespDecoder.Refused) {
                drop(NOT_READY, TICKS_TO_RETRY);
                return;
            }
            silentTicks = 0;
            heardNanos = asked;
            owner.heard();
        });
    }

    private void subscribe() {
        RespConnection open = connection;
        boolean wanted = channelWanted;
        if (open == null || subscribed == wanted) {
            return;
        }
        subscribed = wanted;
        open.send(List.of(wanted ? "SUBSCRIBE" : "UNSUBSCRIBE", options.channel()), answer -> {
            if (wanted && !(answer instanceof RespDecoder.Refused)) {
                owner.listening();
            }
        });
    }

    /** The word that begins an error, which tells its kind. */
    private static String word(RespDecoder.Refused no) {
        int space = no.why().indexOf(' ');
        return space < 0 ? no.why() : no.why().substring(0, space);
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
    public void closed(@Nullable Throwable cause) {
        lost("the connection was lost", TICKS_TO_RETRY);
    }

    private void drop(String why, int wait) {
        RespConnection open = connection;
        lost(why, wait);
        if (open != null) {
            open.close();
        }
    }

    private void lost(String why, int wait) {
        connection = null;
        ready = false;
        tracked = false;
        subscribed = false;
        reason = why;
        waitTicks = wait;
        owner.changed();
    }

    /** Closes the connection. */
    void close() {
        closed = true;
        drop("closed", Integer.MAX_VALUE);
    }
}
