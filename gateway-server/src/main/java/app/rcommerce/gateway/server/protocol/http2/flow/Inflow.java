package app.rcommerce.gateway.server.protocol.http2.flow;

import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.protocol.http2.field.RequestReader;
import app.rcommerce.gateway.server.protocol.http2.frame.Codec;
import app.rcommerce.gateway.server.protocol.http2.frame.Pace;
import app.rcommerce.gateway.server.protocol.http2.frame.SmallPieces;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The content of one stream's request as it arrives: it goes to the exchange, and its bytes go back to the windows once
 * they have been taken. Confined to the connection's event loop.
 */
public final class Inflow {

    private final Codec codec;
    private final Http2Stream stream;
    private final EventLoop loop;
    /** The length that the content must have; -1 where it may have any. */
    private final long declared;

    private final SmallPieces small = new SmallPieces();
    private final Pace pace = new Pace();
    private @Nullable Exchange exchange;

    private long arrived;
    private int unreturned;
    private boolean ended;
    private boolean reading = true;
    private boolean closed;

    /**
     * Content of this length.
     *
     * @param declared the length that it must have in bytes; -1 where it may have any
     * @param ended whether there is none
     */
    public Inflow(Codec codec, Http2Stream stream, EventLoop loop, long declared, boolean ended) {
        this.codec = codec;
        this.stream = stream;
        this.loop = loop;
        this.declared = declared;
        this.ended = ended;
    }

    /** Begins to pass content on to this exchange. */
    public void begin(Exchange begun) {
        exchange = begun;
    }

    /** Whether all of it has arrived. */
    public boolean isEnded() {
        return ended;
    }

    private Exchange exchange() {
        return Objects.requireNonNull(exchange, "content before its head");
    }

    /**
     * Takes content that has arrived, of so many bytes of the windows; answers how many are given back at once.
     *
     * @throws Http2Exception where it is more or less than the head has declared
     */
    public int content(ByteBuf data, int size, boolean last) throws Http2Exception {
        arrived += data.readableBytes();
        ended = last;
        if (declared >= 0 && (arrived > declared || (last && arrived < declared))) {
            throw RequestReader.malformed(stream.id(), "a Content-Length that its content does not have");
        }
        if (exchange == null || exchange.isOver() || declared == 0) {
            return size;
        }
        if (last || !small.join(data)) {
            passOn();
            if (!exchange().isOver()) {
                exchange().contentArrived(data.retain(), last);
            }
            if (isTaken() || (last && !exchange().content().isKept())) {
                return size;
            }
        }
        unreturned += size;
        return 0;
    }

    /** Whether what has arrived lies here no more: the windows bound what does. */
    private boolean isTaken() {
        return exchange().isOver() || (reading && !exchange().content().isKept());
    }

    /** Called when no more has arrived for now. */
    public void readComplete() {
        if (exchange != null) {
            if (reading || exchange.isOver()) {
                passOn();
            }
            exchange.requestReadComplete();
        }
    }

    /** Passes on the small pieces that were kept together. */
    private void passOn() {
        if (exchange().isOver()) {
            small.drop();
        }
        ByteBuf joined = small.take();
        if (joined != null) {
            exchange().contentArrived(joined, false);
        }
        if (isTaken()) {
            taken();
        }
    }

    /** Gives back to the windows what has been taken. */
    public void taken() {
        if (unreturned > 0 && !closed) {
            codec.giveBack(stream, unreturned);
        }
        unreturned = 0;
    }

    /** Whether more is taken; what arrives meanwhile stays in the windows. */
    public void setReading(boolean wanted) {
        reading = wanted;
        if (wanted) {
            if (isTaken()) {
                taken();
            }
            if (!small.isEmpty()) {
                loop.execute(this::readComplete); // Earlier pieces may be on their way.
            }
        }
    }

    /**
     * Looks at how fast it arrives, since the last look so many nanoseconds ago.
     *
     * @param underWay bytes of a frame that has not arrived as a whole
     * @return false where it is too slow
     */
    public boolean look(long nanos, int underWay, Pace.Bounds bounds) {
        return pace.look(nanos, reading && isAwaited(), arrived + underWay, bounds);
    }

    /** Whether the client is to send; who has sent what a window holds, and is not given it back, waits for us. */
    private boolean isAwaited() {
        return !ended
                && exchange != null
                && !exchange.isOver()
                && !codec.isWindowSpent()
                && !(unreturned > 0 && exchange.content().isKept());
    }

    /** For how long none has come that was waited for, as of the last look. */
    public long silentNanos() {
        return pace.silentNanos();
    }

    /** Drops what lies here, since the stream is closed. */
    public void close() {
        closed = true;
        small.drop();
    }
}
