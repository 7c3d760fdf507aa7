package app.rcommerce.gateway.server.exchange.content;

import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.server.message.ContentSink;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/**
 * The content of a request that is wanted whole, as bytes: it is collected up to a bound of its own and one of all
 * together, which counts it until {@link #release}. Confined to the event loop of the exchange.
 */
public final class WholeContent implements ContentSink {

    private final Exchange exchange;
    private final MemoryBudget budget;
    private final Consumer<byte[]> whole;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream(0);
    private long reserved;
    private boolean refused;

    private WholeContent(Exchange exchange, MemoryBudget budget, Consumer<byte[]> whole) {
        this.exchange = exchange;
        this.budget = budget;
        this.whole = whole;
    }

    /**
     * Collects the content, or answers that it is too large, or that there is no room for it.
     *
     * @param most the largest content, in bytes
     * @param budget the bound of all such content together
     * @param whole told of it once it is whole, unless the exchange is over by then
     */
    public static WholeContent collect(Exchange exchange, long most, MemoryBudget budget, Consumer<byte[]> whole) {
        WholeContent content = new WholeContent(exchange, budget, whole);
        exchange.content().bound(most);
        if (exchange.content().isTooLarge()) {
            exchange.answer(exchange.content().tooLarge());
        } else {
            if (exchange.incoming().expectsContinue() && !exchange.content().isEnded()) {
                // Whoever wants the content says so (RFC 9110 §10.1.1).
                exchange.client()
                        .informational(new ResponseHead(
                                HttpResponseStatus.CONTINUE, new DefaultHttpHeaders(), ProtocolVersion.HTTP_1_1));
                exchange.client().flush();
            }
            exchange.content().sendTo(content);
        }
        return content;
    }

    @Override
    public void send(ByteBuf piece, boolean last) {
        try {
            int size = piece.readableBytes();
            if (size > 0 && !refused && !exchange.isOver()) {
                if (!budget.reserve(size)) {
                    refused = true;
                    release();
                    exchange.fail(new Failure(
                            Failure.Source.GATEWAY, Failure.Kind.OVERLOAD, "too much content is on its way"));
                    return;
                }
                reserved += size;
                byte[] bytes = new byte[size];
                piece.readBytes(bytes);
                content.writeBytes(bytes);
            }
        } finally {
            piece.release();
        }
        if (last && !refused && !exchange.isOver()) {
            whole.accept(content.toByteArray());
        }
    }

    /** Gives back what is reserved; to be called when the content is needed no more, and at the end of the exchange. */
    public void release() {
        budget.release(reserved);
        reserved = 0;
    }

    @Override
    public void flush() {
        // It is looked at when it is whole.
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void awaitingClient() {
        // Only the connection has a time-out.
    }
}
