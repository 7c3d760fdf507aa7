package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.policy.CacheLookup;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.ClientLeg;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Handling;
import app.rcommerce.gateway.server.exchange.RequestContent;
import app.rcommerce.gateway.server.message.CommonFields;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.NettyHeaders;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.upstream.ResponseListener;
import app.rcommerce.gateway.server.upstream.UpstreamStream;
import app.rcommerce.gateway.server.upstream.Upstreams;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The handling of a request that is forwarded: its response comes from the upstream or from another request's
 * {@link Fill}. Content is passed on in both directions under back-pressure, and a request that was lost before the
 * upstream could have seen it is sent once more. Confined to the event loop of the exchange.
 */
final class ProxyHandling implements Handling, ResponseListener, Upstreams.Acquired, Leader {

    private final Proxying proxying;
    private final Handler.Proxy proxy;
    private final Exchange exchange;
    private final ClientLeg client;
    private final RequestContent content;
    private final @Nullable AnswerKeeper keeper;

    private @Nullable UpstreamStream upstream;
    private @Nullable RequestHead outgoing;
    private @Nullable Fill fill;
    private @Nullable CollapsedRead read;
    private String notStored = NotStored.IN_FLIGHT;
    private boolean awaitingContent;
    private boolean retried;
    private boolean cancelled;

    ProxyHandling(Proxying proxying, Handler.Proxy proxy, Exchange exchange, @Nullable AnswerKeeper keeper) {
        this.proxying = proxying;
        this.proxy = proxy;
        this.exchange = exchange;
        this.client = exchange.client();
        this.content = exchange.content();
        this.keeper = keeper;
    }

    @Override
    public void begin() {
        Long bound = proxy.maxRequestBody();
        content.bound(bound == null ? exchange.server().maxRequestBody() : bound);
        if (content.isTooLarge()) {
            exchange.answer(content.tooLarge());
        } else if (content.isAwaited()) {
            // Until then an upstream's connection would wait for the client.
            awaitingContent = true;
        } else {
            send();
        }
    }

    @Override
    public void contentArrived() {
        if (awaitingContent) {
            awaitingContent = false;
            send();
        }
    }

    private void send() {
        Call call = exchange.call();
        CacheLookup lookup = call.cacheLookup();
        if (lookup == null) {
            acquire(false);
            return;
        }
        CollapsedRead along = new CollapsedRead(exchange, this);
        switch (proxying.fills().part(call, lookup, this, along)) {
            case Fills.Role.Alone(String why) -> {
                notStored = why;
                acquire(false);
            }
            case Fills.Role.Lead lead -> {
                fill = lead.fill();
                acquire(false);
            }
            case Fills.Role.Join join -> {
                along.begin(join.follower(), join.cacheStatus());
                read = along;
            }
        }
    }

    private void acquire(boolean fresh) {
        upstream = null;
        proxying.upstreams().acquire(client.loop(), proxy.upstream(), fresh, this, this);
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
        if (isAbandoned()) {
            stream.cancel();
            if (keeper != null) {
                keeper.cancelled(false);
            }
            exchange.endWithoutClient();
            return;
        }
        upstream = stream;
        RequestHead request = outgoing;
        if (request == null) {
            request = OutgoingRequest.build(
                    exchange.incoming(), exchange.call(), client.peer().localPort(), fill != null);
            outgoing = request;
        }
        exchange.accounting().sent();
        stream.send(request);
        content.sendTo(stream);
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
        content.detach();
        boolean seen = stream != null && stream.isRequestFlushed();
        if (stream != null) {
            stream.cancel();
        }
        if (keeper != null) {
            keeper.cancelled(seen);
        }
        if (fill != null) {
            fill.fail(new Failure(Failure.Source.UPSTREAM, Failure.Kind.RESET, "the request that led was given up"));
        }
        leaveRead();
    }

    private void leaveRead() {
        CollapsedRead along = read;
        read = null;
        if (along != null) {
            along.leave();
        }
    }

    /** The reply to another request is not for this one: it goes upstream by itself. */
    void readReleased() {
        read = null;
        acquire(false);
    }

    /** The reply to another request will not come, or not whole. */
    void readFailed(Failure why) {
        read = null;
        failed(why);
    }

    @Override
    public void writable() {
        content.sinkWritable();
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
        Call call = exchange.call();
        exchange.accounting().answered();
        Costs.take(exchange, head.fields());
        proxying.targets()
                .invalidatedBy(
                        call,
                        head.code(),
                        head.fields().get(HttpHeaderNames.LOCATION),
                        head.fields().get(HttpHeaderNames.CONTENT_LOCATION))
                .forEach(proxying.fills()::invalidate);
        String cacheStatus = null;
        if (fill != null) {
            cacheStatus = fill.head(
                    head.code(), new NettyHeaders(head.fields()), head.contentLength(), System.currentTimeMillis());
            exchange.accounting().notStored(fill.notStored());
        } else if (call.cacheLookup() != null) {
            exchange.accounting().notStored(notStored);
            cacheStatus = call.cacheLookup()
                    .forwarded()
                    .withDetail(NotStored.detail(notStored))
                    .toString();
        }
        if (keeper != null) {
            keeper.begin(head);
        } else {
            exchange.begin(head, cacheStatus);
        }
    }

    @Override
    public void content(ByteBuf piece, @Nullable HttpHeaders trailers) {
        if (keeper != null) {
            keep(keeper, piece, trailers);
            return;
        }
        boolean last = trailers != null;
        boolean hold = fill != null && fill.content(piece, last) && !last;
        if (last && fill != null) {
            exchange.accounting().notStored(fill.notStored());
        }
        if (hold && upstream != null) {
            upstream.setReading(false);
        }
        if (exchange.isClientGone()) {
            piece.release();
            if (last || isAbandoned()) {
                UpstreamStream stream = upstream;
                if (!last && stream != null) {
                    stream.cancel();
                }
                exchange.endWithoutClient();
            }
            return;
        }
        exchange.write(piece, trailers);
        if (last) {
            upstream = null;
            content.detach();
            exchange.complete();
        } else if (!client.isWritable() && upstream != null) {
            holdBack(upstream);
        }
    }

    private void keep(AnswerKeeper keeping, ByteBuf piece, @Nullable HttpHeaders trailers) {
        if (trailers != null) {
            upstream = null;
            content.detach();
        }
        keeping.content(piece, trailers);
        UpstreamStream from = upstream;
        if (from == null) {
            return;
        }
        if (isAbandoned()) {
            cancel();
            exchange.endWithoutClient();
        } else if (!exchange.isClientGone() && !client.isWritable()) {
            from.setReading(false);
        }
    }

    /** Stops reading the upstream while our client takes nothing, unless other readers keep up. */
    private void holdBack(UpstreamStream from) {
        if (fill == null || fill.mayPause()) {
            from.setReading(false);
            return;
        }
        if (!fill.isHeld()) {
            from.setReading(true);
        }
        if (fill.isHeldUpBy(client.bytesUntaken())) {
            exchange.accounting().failed(Failure.label(Failure.Source.CLIENT, Failure.Kind.OVERLOAD));
            client.abort();
        }
    }

    @Override
    public EventLoop loop() {
        return client.loop();
    }

    @Override
    public void wanted() {
        if (upstream != null) {
            upstream.setReading(true);
        }
    }

    @Override
    public void readComplete() {
        if (!exchange.isClientGone()) {
            client.flush();
        }
    }

    @Override
    public void failed(Failure why) {
        client.guarded(() -> goOnAfter(why));
    }

    private void goOnAfter(Failure why) {
        UpstreamStream stream = upstream;
        upstream = null;
        content.detach();
        boolean reused = stream != null && stream.isReused();
        boolean begun = client.isResponseBegun() || (stream != null && stream.isResponseBegun());
        boolean seen = stream != null && stream.isRequestFlushed();
        boolean harmless = exchange.incoming().isIdempotent() || (stream != null && !seen);
        // Without its client the content is gone.
        boolean whole = keeper == null || !exchange.isClientGone();
        if (!begun && !retried && whole && why.retryable(reused, harmless, content.isSent())) {
            retried = true;
            acquire(true);
            return;
        }
        if (keeper != null) {
            keeper.failed(why, seen);
            return;
        }
        if (fill != null) {
            fill.fail(why);
        }
        exchange.fail(why);
    }

    @Override
    public void clientWritable() {
        if (upstream != null && (fill == null || !fill.isHeld())) {
            upstream.setReading(true);
        }
        if (read != null && client.isResponseBegun()) {
            read.readable();
        }
    }

    @Override
    public boolean clientGone() {
        leaveRead();
        if (isAbandoned()) {
            cancel();
            return true;
        }
        if (upstream != null) {
            upstream.setReading(true);
        }
        return false;
    }

    /** Whether nobody wants the upstream's answer any more. */
    private boolean isAbandoned() {
        if (keeper != null) {
            return exchange.isClientGone() && !keeper.isWanted(upstream != null);
        }
        return exchange.isClientGone() && (fill == null || !fill.isWanted() || !content.isEnded());
    }
}
