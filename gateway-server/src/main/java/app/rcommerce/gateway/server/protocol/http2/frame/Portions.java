package app.rcommerce.gateway.server.protocol.http2.frame;

import app.rcommerce.gateway.server.memory.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * What a client has sent, in portions that a turn of the event loop decodes: {@link FrameScan} says how far one goes.
 * The rest is held. Confined to one event loop.
 */
public final class Portions {

    /** What decodes. */
    public interface Decoder {
        /** Decodes bytes, which it owns. */
        void decode(ByteBuf bytes) throws Exception;

        /** The scan has had enough of the client. */
        void enough();

        /** Whether nothing more is decoded. */
        boolean isClosing();

        /** A portion has been decoded in a turn of its own. */
        void decoded(ChannelHandlerContext ctx) throws Exception;

        /** All is decoded, and no more comes. */
        void inputEnded();

        /** Decoding has failed in a turn of its own. */
        void failed(ChannelHandlerContext ctx, Throwable cause);
    }

    private final FrameScan scan;
    private final Decoder decoder;
    private final Deque<ByteBuf> held = new ArrayDeque<>(0);
    private boolean ended;

    public Portions(FrameScan scan, Decoder decoder) {
        this.scan = scan;
        this.decoder = decoder;
    }

    /** Takes bytes; where some of them are held, nothing more is read until all are decoded. */
    public void take(ChannelHandlerContext ctx, ByteBuf bytes) throws Exception {
        if (decoder.isClosing()) {
            bytes.release();
        } else if (!held.isEmpty()) {
            held.add(bytes);
        } else if (!decode(bytes)) {
            Reading.set(ctx.channel(), false);
            goOnInNextTurn(ctx);
        }
    }

    /** Not a task of this turn's, which would run before others are read. */
    private void goOnInNextTurn(ChannelHandlerContext ctx) {
        ctx.executor().schedule(() -> goOn(ctx), 0, TimeUnit.NANOSECONDS);
    }

    private void goOn(ChannelHandlerContext ctx) {
        try {
            if (next()) {
                Reading.set(ctx.channel(), true);
            } else {
                goOnInNextTurn(ctx);
            }
            decoder.decoded(ctx);
            tellEnd();
        } catch (Throwable e) {
            decoder.failed(ctx, e);
        }
    }

    /** Called when no more comes, which is told once all is decoded. */
    public void inputEnded() {
        ended = true;
        tellEnd();
    }

    private void tellEnd() {
        if (ended && held.isEmpty()) {
            decoder.inputEnded();
        }
    }

    /** Called at the end of what is read in a turn; returns whether nothing is held. */
    public boolean readComplete() {
        if (held.isEmpty()) {
            scan.turn();
        }
        return held.isEmpty();
    }

    /** Decodes as much as this turn may; holds the rest, and returns false then. */
    private boolean decode(ByteBuf bytes) throws Exception {
        int some = scan.scan(bytes);
        if (some == FrameScan.ENOUGH) {
            bytes.release();
            decoder.enough();
            return true;
        }
        if (some == bytes.readableBytes()) {
            decoder.decode(bytes);
            return true;
        }
        held.addFirst(bytes);
        decoder.decode(bytes.readRetainedSlice(some));
        return false;
    }

    /** Decodes the portion of the next turn; returns whether nothing is left. */
    private boolean next() throws Exception {
        scan.turn();
        while (!held.isEmpty() && !decoder.isClosing()) {
            if (!decode(held.remove())) {
                return false;
            }
        }
        drop();
        return true;
    }

    /** Drops what is held. */
    public void drop() {
        held.forEach(ByteBuf::release);
        held.clear();
    }
}
