package app.rcommerce.gateway.server.proxy.websocket;

import app.rcommerce.gateway.http.WebSocketHandshake;
import app.rcommerce.gateway.policy.access.ResumeSocket;
import app.rcommerce.gateway.server.exchange.ClientLeg;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.exchange.websocket.SocketMeter;
import app.rcommerce.gateway.server.message.CommonFields;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.NettyHeaders;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.proxy.Costs;
import app.rcommerce.gateway.server.proxy.OutgoingRequest;
import app.rcommerce.gateway.server.proxy.Proxying;
import app.rcommerce.gateway.server.upstream.ResponseListener;
import app.rcommerce.gateway.server.upstream.UpstreamStream;
import app.rcommerce.gateway.server.upstream.Upstreams;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The handling of a WebSocket handshake that is forwarded, on a connection of its own. Where the upstream switches
 * protocols the exchange goes over into a relay of frames; any other answer is passed on like that to a plain request.
 * A handshake is sent once, and its answer is not stored. Confined to the event loop of the exchange.
 */
public final class WebSocketHandling implements Handling, ResponseListener, Upstreams.Acquired {

    private final Proxying proxying;
    private final String upstreamName;
    private final Exchange exchange;
    private final ClientLeg client;
    private @Nullable UpstreamStream upstream;
    private boolean cancelled;
    private boolean answered;

    /** The handling of this exchange; it has not begun. */
    public WebSocketHandling(Proxying proxying, String upstreamName, Exchange exchange) {
        this.proxying = proxying;
        this.upstreamName = upstreamName;
        this.exchange = exchange;
        this.client = exchange.client();
    }

    @Override
    public void begin() {
        // A new connection: one that has been idle may be lost, and a handshake is not repeated.
        proxying.upstreams().acquire(client.loop(), upstreamName, true, this, this);
        if (upstream == null && !exchange.isOver()) {
            exchange.accounting().waiting();
        }
    }

    @Override
    public void trying(String server) {
        exchange.accounting().trying(server);
    }

    @Override
    public void acquired(UpstreamStream stream) {
        client.guarded(() -> askBy(stream));
    }

    private void askBy(UpstreamStream stream) {
        if (cancelled || exchange.isOver()) {
            stream.cancel();
            return;
        }
        upstream = stream;
        RequestHead request = OutgoingRequest.build(
                exchange.incoming(), exchange.call(), client.peer().localPort(), false);
        request.fields().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        request.fields().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        // It says who comes back to the gateway, and is none of the upstream's business.
        request.fields().remove(ResumeSocket.FIELD);
        exchange.accounting().sent();
        stream.send(request);
        exchange.content().sendTo(stream);
        stream.flush();
    }

    @Override
    public void refused(Failure why) {
        exchange.accounting().refused();
        failed(why);
    }

    @Override
    public void cancel() {
        cancelled = true;
        UpstreamStream stream = upstream;
        upstream = null;
        exchange.content().detach();
        if (stream != null) {
            stream.cancel();
        }
    }

    @Override
    public void switching(ResponseHead head) {
        UpstreamStream stream = upstream;
        exchange.accounting().answered();
        Costs.take(exchange, head.fields());
        String fault = WebSocketHandshake.faultOf(exchange.incoming().headers(), new NettyHeaders(head.fields()));
        if (stream == null) {
            return;
        }
        upstream = null;
        if (fault != null) {
            stream.cancel();
            failed(new Failure(Failure.Source.UPSTREAM, Failure.Kind.PROTOCOL, fault));
        } else {
            exchange.switchProtocols(head, stream::switchTo);
        }
    }

    @Override
    public void informational(ResponseHead head) {
        if (!exchange.isClientGone() && !client.isResponseBegun()) {
            head.fields().remove(CommonFields.X_REQUEST_ID);
            Costs.remove(exchange, head.fields());
            client.informational(head);
        }
    }

    @Override
    public void head(ResponseHead head) {
        exchange.accounting().answered();
        Costs.take(exchange, head.fields());
        exchange.handshook(SocketMeter.Outcome.ANSWERED);
        answered = true;
        exchange.begin(head, null);
    }

    @Override
    public void content(ByteBuf piece, @Nullable HttpHeaders trailers) {
        exchange.write(piece, trailers);
        if (trailers != null) {
            upstream = null;
            exchange.complete();
        } else if (!client.isWritable() && upstream != null) {
            upstream.setReading(false);
        }
    }

    @Override
    public void readComplete() {
        client.flush();
    }

    @Override
    public void writable() {
        // A handshake has no content.
    }

    @Override
    public void clientWritable() {
        if (upstream != null) {
            upstream.setReading(true);
        }
    }

    @Override
    public void failed(Failure why) {
        client.guarded(() -> endFor(why));
    }

    private void endFor(Failure why) {
        upstream = null;
        exchange.content().detach();
        if (!answered) {
            exchange.handshook(SocketMeter.Outcome.FAILED);
        }
        exchange.fail(why);
    }
}
