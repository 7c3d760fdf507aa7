package app.rcommerce.gateway.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the load generator by HTTP/1.1, with at most one request under way. It reads responses with a
 * Content-Length, which all responses of the comparison have; any other ends the run with a message. Confined to the
 * event loop.
 */
final class Http1LoadConnection extends ChannelInboundHandlerAdapter implements LoadConnection {

    private static final int LONGEST_HEAD = 16 * 1024;

    private final Callback callback;
    private final ByteBuf request;
    private final byte[] head = new byte[LONGEST_HEAD];
    private @Nullable ChannelHandlerContext context;
    private int headLength;
    private int status;
    private long missing;
    private long due;

    Http1LoadConnection(Callback callback, int longestRequest) {
        this.callback = callback;
        this.request = Unpooled.unreleasableBuffer(Unpooled.directBuffer(longestRequest));
    }

    @Override
    public void send(LoadRequest next, long due) {
        this.due = due;
        if (context != null) {
            // The one before has been answered, so its buffer is free.
            request.clear().writeBytes(next.http1());
            context.writeAndFlush(request, context.voidPromise());
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        this.context = context;
        if (context.pipeline().get(SslHandler.class) == null) {
            callback.idle(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                callback.idle(this);
            } else {
                callback.failed(handshake.cause().toString());
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        callback.failed("a connection was closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        callback.failed(cause.toString());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            while (bytes.isReadable()) {
                if (missing == 0 && !readHead(bytes)) {
                    continue;
                }
                int content = (int) Math.min(missing, bytes.readableBytes());
                bytes.skipBytes(content);
                missing -= content;
                if (missing == 0) {
                    callback.answered(this, due, status);
                }
            }
        } finally {
            bytes.release();
        }
    }

    /** Takes one byte of the head, or all up to its end; true once the head is whole. */
    private boolean readHead(ByteBuf bytes) {
        while (bytes.isReadable() && headLength < LONGEST_HEAD) {
            byte next = bytes.readByte();
            head[headLength++] = next;
            if (next == '\n' && headLength > 3 && head[headLength - 3] == '\n') {
                String text = new String(head, 0, headLength, StandardCharsets.ISO_8859_1);
                headLength = 0;
                return understand(text);
            }
        }
        if (headLength == LONGEST_HEAD) {
            callback.failed("a head of more than " + LONGEST_HEAD + " bytes");
            bytes.skipBytes(bytes.readableBytes());
        }
        return false;
    }

    private boolean understand(String text) {
        status = Integer.parseInt(text.substring(9, 12));
        int at = indexOfLength(text);
        if (at < 0) {
            callback.failed("an answer without Content-Length: "
                    + text.lines().findFirst().orElse(""));
            return false;
        }
        missing = Long.parseLong(text.substring(at, text.indexOf('\r', at)).trim());
        return true;
    }

    private static int indexOfLength(String text) {
        String name = "\r\ncontent-length:";
        for (int i = 0; i <= text.length() - name.length(); i++) {
            if (text.regionMatches(true, i, name, 0, name.length())) {
                return i + name.length();
            }
        }
        return -1;
    }
}
