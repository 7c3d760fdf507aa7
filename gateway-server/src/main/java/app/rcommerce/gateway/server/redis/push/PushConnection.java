package app.rcommerce.gateway.server.redis.push;

import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.resp.RespConnection;
import app.rcommerce.gateway.server.redis.resp.RespDecoder;
import app.rcommerce.gateway.server.redis.resp.ServerAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisClient;

/**
 * The connection over which one master pushes messages. It is made anew when it breaks, falls silent, or leads to a
 * server that is no longer the master. Confined to its event loop.
 */
public abstract class PushConnection implements RespConnection.Listener {

    /** How often {@link #tick} is to be called. */
    public static final int TICK_MILLIS = 100;

    private static final int TICKS_TO_A_PING = 2;
    private static final int TICKS_OF_SILENCE = 8;
    private static final int TICKS_TO_RETRY = 3;
    /** How many ticks pass after a refusal by the server before it is asked again. */
    protected static final int TICKS_AFTER_A_REFUSAL = 100;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final String NOT_READY = "Redis is not ready";

    private final Master master;
    private final PushOptions options;
    private @Nullable RedisClient client;
    private @Nullable RespConnection connection;
    private String reason = "not connected yet";
    private boolean refused;
    private boolean connecting;
    private boolean ready;
    private boolean closed;
    private int ticks;
    private int waitTicks;
    private int silentTicks;

    /** A connection to this master, which {@link #tick} makes. */
    protected PushConnection(Master master, PushOptions options) {
        this.master = master;
        this.options = options;
    }

    /** Called when commands can be sent: Redis has taken the greeting, and is not loading its data. */
    protected abstract void ready(RespConnection open);

    /** Called at each tick while commands can be sent. */
    protected void readyTick(RespConnection open, int tick) {
        // Most have nothing to look after.
    }

    /** Called when a ping was answered that was sent at this time: all that was pushed until then has arrived. */
    protected void pinged(long sentNanos) {
        // Most need no proof.
    }

    /** Called when the connection has ended, or could not be made; {@link #reason} says why. */
    protected abstract void lost();

    /** Whether the connection leads to the server that is the master at present. */
    protected final boolean isCurrent() {
        return master.entry().getClient() == client;
    }

    /** The connection, where commands can be sent on it. */
    protected final @Nullable RespConnection ready() {
        return ready ? connection : null;
    }

    /** The reason why the connection cannot be used, in a few words without secrets. */
    public final String reason() {
        return reason;
    }

    /** Whether the server itself refuses, so that retrying soon is of no use. */
    public final boolean isRefused() {
        return refused;
    }

    /** Records whether the server refuses, and why; empty where it does not. */
    protected final void refused(boolean refuses, String why) {
        refused = refuses;
        reason = why;
    }

    /** Records that the server has answered. */
    protected final void answered() {
        silentTicks = 0;
    }

    /** Maintains the connection: makes it, pings, and closes it when it is silent. */
    public final void tick() {
        if (connection == null && !connecting) {
            if (--waitTicks <= 0) {
                connect();
            }
            return;
        }
        RespConnection open = connection;
        if (!isCurrent()) {
            drop("the master has changed", 0);
        } else if (++silentTicks > TICKS_OF_SILENCE) {
            drop("Redis does not answer", TICKS_TO_RETRY);
        } else if (ready && open != null) {
            if (ticks++ % TICKS_TO_A_PING == 0) {
                ping(open);
            }
            readyTick(open, ticks);
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
    public final void opened(RespConnection opened) {
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
                ready(opened);
            }
        });
    }

    private void ping(RespConnection open) {
        long sent = options.nanos().getAsLong();
        open.send(List.of("PING"), answer -> {
            if (answer instanceof RespDecoder.Refused) {
                drop(NOT_READY, TICKS_TO_RETRY);
                return;
            }
            answered();
            pinged(sent);
        });
    }

    /** The word that begins an error, which tells its kind. */
    protected static String word(RespDecoder.Refused no) {
        int space = no.why().indexOf(' ');
        return space < 0 ? no.why() : no.why().substring(0, space);
    }

    @Override
    public final void closed(@Nullable Throwable cause) {
        lost("the connection was lost", TICKS_TO_RETRY);
    }

    /** Closes the connection, and makes a new one after so many ticks. */
    protected final void drop(String why, int wait) {
        RespConnection open = connection;
        lost(why, wait);
        if (open != null) {
            open.close();
        }
    }

    private void lost(String why, int wait) {
        connection = null;
        ready = false;
        reason = why;
        waitTicks = wait;
        lost();
    }

    /** Closes the connection for good. */
    public final void close() {
        closed = true;
        drop("closed", Integer.MAX_VALUE);
    }
}
