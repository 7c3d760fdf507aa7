package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.policy.CacheLookup;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.PolicyRun;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.server.upstream.Failure;
import app.rcommerce.gateway.server.upstream.ResponseListener;
import app.rcommerce.gateway.server.upstream.UpstreamConnection;
import app.rcommerce.gateway.server.upstream.Upstreams;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its head to the end of its answer: the policies, then the cache or the upstream, the content in both
 * directions with back-pressure, and exactly one end. What keeps a connection alive is not its business but the
 * {@link ClientLeg}'s. Confined to the event loop of its client.
 */
final class Exchange implements PolicyRun.End, ResponseListener, Upstreams.Acquired, Fill.Reader {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ClientLeg client;
    private final Snapshot snapshot;
    private final IncomingRequest incoming;
    private final Traffic traffic;
    private final Call call;
    private final RequestContent content;
    private final Account account = new Account();

    private @Nullable UpstreamConnection upstream;
    private @Nullable HttpRequest outgoing;
    /** Content of an answer of our own that the client has not taken as a whole. */
    private @Nullable Slices slices;

    private @Nullable Fill fill;
    private Fill.@Nullable Seat seat;
    private String seatStatus = "";
    private @Nullable ScheduledFuture<?> tooLong;
    private boolean awaitingContent;
    private boolean retried;
    private boolean clientGone;
    private boolean over;
    private int status;

    Exchange(ClientLeg client, Snapshot snapshot, IncomingRequest incoming, Traffic traffic, boolean hasContent) {
        this.client = client;
        this.snapshot = snapshot;
        this.incoming = incoming;
        this.traffic = traffic;
        this.content = new RequestContent(client, incoming, hasContent);
        this.call =
                new Call(incoming, RequestIds.of(incoming.netty().headers().get(Names.X_REQUEST_ID)), client.peer());
    }

    /** Runs the policies; the answer may be complete when this returns. */
    void start() {
        long mostNanos = snapshot.server().maxRequestTime().toNanos();
        if (mostNanos > 0) {
            tooLong = client.loop().schedule(this::takenTooLong, mostNanos, TimeUnit.NANOSECONDS);
        }
        new PolicyRun(snapshot.policies(), call, client.loop(), this).start();
    }

    /** The request has not been answered as a whole in the longest time that is configured. */
    private void takenTooLong() {
        if (!over) {
            Failure late = new Failure(
                    content.isEnded() ? Failure.Source.UPSTREAM : Failure.Source.CLIENT,
                    Failure.Kind.TIMEOUT,
                    "the request took longer than max_request_time");
            account.failed(late.label());
            breakOff(late.denial());
        }
    }

    /** The request's content, as far as it has arrived. */
    RequestContent requestContent() {
        return content;
    }

    @Override
    public void ended(@Nullable Reply answer, @Nullable Throwable thrown) {
        if (over) {
            return;
        }
        if (thrown != null) {
            account.failed("gateway_defect");
            LOG.error("request {}: a policy failed", call.requestId(), thrown);
        }
        if (clientGone) {
            finish(499);
        } else if (answer != null) {
            answer(answer);
        } else {
            forward();
        }
    }

    /** Answers without the upstream, or in its stead. */
    private void answer(Reply reply) {
        content.drop();
        Reply whole = OutgoingResponse.complete(reply, call);
        if (whole.body().length > Slices.SIZE && !isHead()) {
            status = whole.status();
            client.replyHead(whole);
            slices = new Slices(whole.body());
            writeSlices(slices);
            return;
        }
        account.wrote(isHead() ? 0 : whole.body().length);
        client.reply(whole);
        finish(whole.status());
        client.ended(this);
    }

    private void writeSlices(Slices from) {
        account.wrote(from.write(client));
        if (from.isAtEnd()) {
            slices = null;
            finish(status);
            client.ended(this);
        }
    }

    private boolean isHead() {
        return incoming.method().equals("HEAD");
    }

    private void forward() {
        Long routeBound = route().maxRequestBody();
        content.bound(routeBound == null ? snapshot.server().maxRequestBody() : routeBound);
        if (content.isTooLarge()) {
            answer(content.tooLarge().reply(call));
            return;
        }
        if (content.isAwaited()) {
            // Until then an upstream's connection would wait for the client.
            awaitingContent = true;
            return;
        }
        send();
    }

    private void send() {
        CacheLookup lookup = call.cacheLookup();
        if (lookup == null) {
            acquire(false);
            return;
        }
        switch (snapshot.fills().part(call, lookup, this)) {
            case Fills.Part.Alone ignored -> acquire(false);
            case Fills.Part.Lead lead -> {
                fill = lead.fill();
                acquire(false);
            }
            case Fills.Part.Join join -> {
                seat = join.seat();
                seatStatus = join.cacheStatus();
            }
        }
    }

    private Route route() {
        return Objects.requireNonNull(call.route(), "a request without a route is never forwarded");
    }

    private void acquire(boolean fresh) {
        snapshot.upstreams().acquire(client.loop(), route().upstream(), fresh, this, this);
    }

    @Override
    public void acquired(UpstreamConnection connection) {
        if (over || isAbandoned()) {
            connection.cancel();
            finish(499);
            return;
        }
        upstream = connection;
        HttpRequest request = outgoing;
        if (request == null) {
            request = OutgoingRequest.build(incoming, call, client.localPort(), fill != null);
            outgoing = request;
        }
        account.sent();
        connection.send(request);
        content.sendTo(connection);
        connection.flush();
    }

    @Override
    public void refused(Failure why) {
        failed(why);
    }

    /** Some content of the request, the last one as {@code LastHttpContent}. */
    void requestContent(HttpContent piece) {
        content.arrived(piece);
        if (!over && content.isTooLarge()) {
            requestBroken(content.tooLarge());
        } else if (!over && awaitingContent) {
            awaitingContent = false;
            send();
        }
    }

    /** Nothing more of the request has arrived for now. */
    void requestReadComplete() {
        content.flush();
    }

    /** What arrives of the request can be used no further. */
    void requestBroken(Denial why) {
        account.failed("client_protocol");
        breakOff(why);
    }

    /** The client is too slow. */
    void clientFailed(Failure why) {
        account.failed(why.label());
        breakOff(why.denial());
    }

    private void breakOff(Denial why) {
        if (over) {
            return;
        }
        cancelUpstream();
        if (client.isResponseBegun()) {
            finish(status);
            client.abort();
        } else {
            content.abandon();
            answer(why.reply(call));
        }
    }

    private void cancelUpstream() {
        UpstreamConnection connection = upstream;
        upstream = null;
        content.detach();
        if (connection != null) {
            connection.cancel();
        }
        if (fill != null) {
            fill.fail(new Failure(Failure.Source.UPSTREAM, Failure.Kind.RESET, "the request that led was given up"));
        }
        leaveSeat();
    }

    private void leaveSeat() {
        if (seat != null) {
            seat.leave();
            seat = null;
        }
    }

    @Override
    public void writable() {
        content.upstreamWritable();
    }

    @Override
    public void informational(HttpResponse response) {
        if (!clientGone && !client.isResponseBegun()) {
            response.headers().remove(Names.X_REQUEST_ID);
            String cost = route().cost().responseField();
            if (cost != null) {
                response.headers().remove(cost);
            }
            client.informational(response);
        }
    }

    @Override
    public void head(HttpResponse response) {
        account.answered();
        status = response.status().code();
        takeCost(response.headers());
        snapshot.targets()
                .invalidatedBy(
                        call,
                        status,
                        response.headers().get(HttpHeaderNames.LOCATION),
                        response.headers().get(HttpHeaderNames.CONTENT_LOCATION))
                .forEach(snapshot.fills()::invalidate);
        String cacheStatus = null;
        if (fill != null) {
            long length = HttpUtil.getContentLength(response, -1L);
            cacheStatus = fill.head(status, new NettyHeaders(response.headers()), length, System.currentTimeMillis());
        } else if (call.cacheLookup() != null) {
            cacheStatus = call.cacheLookup().forwarded().toString();
        }
        OutgoingResponse.prepare(response, call, cacheStatus);
        if (!clientGone) {
            client.begin(response, OutgoingResponse.isBodyless(response, isHead()));
        }
    }

    /** What the upstream says of the request's cost is for us, and neither for the client nor for the cache. */
    private void takeCost(HttpHeaders headers) {
        String field = route().cost().responseField();
        if (field == null) {
            return;
        }
        List<String> said = headers.getAll(field);
        if (said.size() == 1) {
            call.cost(said.getFirst().trim());
        }
        headers.remove(field);
    }

    @Override
    public void content(HttpContent piece) {
        boolean last = piece instanceof LastHttpContent;
        boolean hold = fill != null && fill.content(piece.content(), last) && !last;
        if (hold && upstream != null) {
            upstream.setReading(false);
        }
        if (clientGone) {
            piece.release();
            if (last || isAbandoned()) {
                UpstreamConnection connection = upstream;
                if (!last && connection != null) {
                    connection.cancel();
                }
                finish(status);
            }
            return;
        }
        account.wrote(piece.content().readableBytes());
        client.write(piece);
        if (last) {
            client.flush();
            upstream = null;
            content.detach();
            finish(status);
            client.ended(this);
        } else if (!client.isWritable() && upstream != null) {
            holdBack(upstream);
        }
    }

    /** Our client takes nothing at the moment; others who read along may still do. */
    private void holdBack(UpstreamConnection from) {
        if (fill == null || fill.mayPause()) {
            from.setReading(false);
            return;
        }
        if (!fill.isHeld()) {
            from.setReading(true);
        }
        if (fill.isHeldUpBy(client.bytesUntaken())) {
            account.failed("client_overload");
            client.abort();
        }
    }

    @Override
    public void wanted() {
        if (upstream != null) {
            upstream.setReading(true);
        }
    }

    @Override
    public void readComplete() {
        if (!clientGone) {
            client.flush();
        }
    }

    @Override
    public void failed(Failure why) {
        UpstreamConnection connection = upstream;
        upstream = null;
        content.detach();
        boolean reused = connection != null && connection.isReused();
        boolean begun = client.isResponseBegun() || (connection != null && connection.isResponseBegun());
        boolean harmless = incoming.isIdempotent() || (connection != null && !connection.isRequestFlushed());
        if (!begun && !retried && why.retryable(reused, harmless, content.isSent())) {
            retried = true;
            acquire(true);
            return;
        }
        account.failed(why.label());
        if (fill != null) {
            fill.fail(why);
        }
        if (clientGone) {
            finish(499);
        } else if (client.isResponseBegun()) {
            finish(status);
            client.abort();
        } else {
            content.abandon();
            answer(why.denial().reply(call));
        }
    }

    /** The client takes more again. */
    void clientWritable() {
        Slices from = slices;
        if (from != null && !over) {
            writeSlices(from);
            return;
        }
        if (upstream != null && (fill == null || !fill.isHeld())) {
            upstream.setReading(true);
        }
        if (seat != null && client.isResponseBegun()) {
            drawable();
        }
    }

    /** The client has left. */
    void clientGone() {
        clientGone = true;
        content.drop();
        if (over) {
            return;
        }
        leaveSeat();
        if (isAbandoned()) {
            cancelUpstream();
            account.failedAtLast("client_reset");
            finish(status == 0 ? 499 : status);
        } else if (upstream != null) {
            upstream.setReading(true);
        }
    }

    /** Whether nobody wants the upstream's answer any more. */
    private boolean isAbandoned() {
        return clientGone && (fill == null || !fill.isWanted() || !content.isEnded());
    }

    @Override
    public EventLoop loop() {
        return client.loop();
    }

    @Override
    public Headers requestHeaders() {
        return incoming.headers();
    }

    @Override
    public void released() {
        if (!over && seat != null) {
            seat = null;
            acquire(false);
        }
    }

    @Override
    public void drawable() {
        Fill.Seat from = seat;
        if (over || from == null) {
            return;
        }
        if (!client.isResponseBegun()) {
            HttpResponse response = OutgoingResponse.of(from.head());
            status = response.status().code();
            OutgoingResponse.prepare(response, call, seatStatus);
            client.begin(response, OutgoingResponse.isBodyless(response, isHead()));
        }
        while (client.isWritable()) {
            byte[] piece = from.draw();
            if (piece == null) {
                break;
            }
            account.wrote(piece.length);
            client.write(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
        }
        if (from.isAtEnd()) {
            leaveSeat();
            client.write(LastHttpContent.EMPTY_LAST_CONTENT);
            client.flush();
            finish(status);
            client.ended(this);
        } else {
            client.flush();
        }
    }

    @Override
    public void fillFailed(Failure why) {
        if (!over && seat != null) {
            seat = null;
            failed(why);
        }
    }

    private void finish(int answered) {
        if (over) {
            return;
        }
        over = true;
        if (tooLong != null) {
            tooLong.cancel(false);
        }
        content.drop();
        call.end();
        snapshot.bans().answered(call, answered);
        traffic.finished(account.close(call, incoming, answered, content.bytes()));
    }
}
