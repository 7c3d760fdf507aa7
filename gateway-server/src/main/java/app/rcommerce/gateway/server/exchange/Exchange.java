package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.http.HttpsRedirect;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.PolicyRun;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.route.WebSocketRule;
import app.rcommerce.gateway.server.exchange.websocket.OpenSocket;
import app.rcommerce.gateway.server.exchange.websocket.SocketMeter;
import app.rcommerce.gateway.server.exchange.websocket.Tenure;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.NettyHeaders;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.message.Statuses;
import app.rcommerce.gateway.server.message.Statuses.ErrorStatus;
import app.rcommerce.gateway.server.transport.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its head to the end of its response: it runs the policies, then the handler of the route, and ends
 * exactly once. Keeping the connection alive is left to the {@link ClientLeg}, producing the response to the
 * {@link Handling}. Confined to the event loop of its client.
 */
public final class Exchange implements PolicyRun.End {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ClientLeg client;
    private final Snapshot snapshot;
    private final IncomingRequest incoming;
    private final Traffic traffic;
    private final Call call;
    private final RequestContent content;
    private final Accounting accounting = new Accounting();

    private @Nullable Handling handling;
    /** Content of an answer of our own that the client has not taken as a whole. */
    private @Nullable Slices slices;

    private final Deadline longest;
    private boolean clientGone;
    private boolean over;
    private int status;

    /** An exchange of the client with this request; {@link #start} begins it. */
    public Exchange(ClientLeg client, Snapshot snapshot, IncomingRequest incoming, Traffic traffic) {
        this.client = client;
        this.snapshot = snapshot;
        this.incoming = incoming;
        this.traffic = traffic;
        this.content = new RequestContent(client, incoming);
        this.longest = new Deadline(client.loop(), () -> clientFailed(content.tookTooLong()));
        this.call = incoming.call(snapshot.requestIds(), client.peer());
    }

    /** Runs the policies; the answer may be complete when this returns. */
    public void start() {
        endAfter(snapshot.server().maxRequestTime());
        int httpsPort = client.peer().httpsPort();
        if (httpsPort != 0 && HttpsRedirect.appliesTo(incoming)) {
            answer(HttpsRedirect.of(incoming, httpsPort));
            return;
        }
        new PolicyRun(snapshot.policies(), call, client::later, this).start();
    }

    /** Ends the exchange so long after its begin, in place of what was said before; zero for never. */
    private void endAfter(Duration most) {
        longest.close();
        if (!most.isZero()) {
            longest.set(Math.max(1, most.toNanos() - accounting.elapsedNanos()));
        }
    }

    @Override
    public void ended(@Nullable Reply answer, @Nullable Throwable thrown) {
        if (over) {
            return;
        }
        if (thrown != null) {
            accounting.failed(Failure.label(Failure.Source.GATEWAY, Failure.Kind.DEFECT));
            LOG.error("request {}: a policy failed", call.requestId(), thrown);
        }
        if (answer != null) {
            if (incoming.isWebSocketHandshake()) {
                handshook(SocketMeter.Outcome.REFUSED);
            }
            answer(answer);
        } else {
            Duration most = route().handler().maxRequestTime();
            if (most != null) {
                endAfter(most);
            }
            Handling begun = snapshot.handlings().of(route().handler(), this);
            handling = begun;
            begun.begin();
        }
    }

    /** The request as policies and handlers see it. */
    public Call call() {
        return call;
    }

    /** The request as it came. */
    public IncomingRequest incoming() {
        return incoming;
    }

    /** The client's side. */
    public ClientLeg client() {
        return client;
    }

    /** The request's content, as far as it has arrived. */
    public RequestContent content() {
        return content;
    }

    /** The measurements of the exchange. */
    public Accounting accounting() {
        return accounting;
    }

    /** The route that was found. */
    public Route route() {
        return Objects.requireNonNull(call.route(), "a request without a route has no handler");
    }

    /** The settings of the server, for what the route does not say. */
    public ServerConfig server() {
        return snapshot.server();
    }

    /** Whether the request is a HEAD. */
    public boolean isHead() {
        return incoming.method().equals("HEAD");
    }

    /** Whether the exchange has ended. */
    public boolean isOver() {
        return over;
    }

    /** Whether content is reserved for an answer of our own that the client has not taken. */
    public boolean isHolding() {
        return slices != null;
    }

    /** Whether the client has left. */
    public boolean isClientGone() {
        return clientGone;
    }

    /** Answers with a reply of our own, and ends. */
    public void answer(Reply reply) {
        content.drop();
        Reply whole = OutgoingResponse.complete(reply, call, hsts());
        if (whole.body().length > Slices.SIZE && !isHead()) {
            answerInSlices(whole);
            return;
        }
        accounting.wrote(isHead() ? 0 : whole.body().length);
        client.reply(whole);
        finish(whole.status());
        client.ended(this);
    }

    /** Answers with an error status, and ends. */
    public void answer(ErrorStatus error) {
        answer(OutgoingResponse.denial(error).reply(call));
    }

    /** What clients by TLS are told of the time for which they are to come by it (RFC 6797 §6.1); null for nothing. */
    private @Nullable String hsts() {
        return client.peer().tls() == null ? null : snapshot.hsts();
    }

    private void answerInSlices(Reply whole) {
        if (!snapshot.contents().hold(whole.body())) {
            Failure full = new Failure(
                    Failure.Source.GATEWAY, Failure.Kind.OVERLOAD, "too much content waits for clients to take it");
            accounting.failed(full.label());
            answer(Statuses.of(full));
            return;
        }
        status = whole.status();
        slices = new Slices(whole.body());
        client.replyHead(whole);
        writeSlices(slices);
    }

    private void writeSlices(Slices from) {
        accounting.wrote(from.write(client));
        if (from.isAtEnd()) {
            finish(status);
            client.ended(this);
        }
    }

    /** Begins an answer without an end of its own, in a protocol that logs call so, unless the client has left. */
    public void beginStream(ResponseHead head, String protocol) {
        accounting.speaking(protocol);
        prepare(head, null);
        if (!clientGone) {
            client.beginStream(head);
        }
    }

    private void prepare(ResponseHead head, @Nullable String cacheStatus) {
        status = head.code();
        OutgoingResponse.prepare(head, call, cacheStatus, hsts());
    }

    /** The standing of the caller, while an answer goes on. */
    public Tenure tenure() {
        return new Tenure(snapshot.sockets().standing(call), null);
    }

    /** Begins an answer, unless the client has left: the fields of every answer are set. */
    public void begin(ResponseHead head, @Nullable String cacheStatus) {
        prepare(head, cacheStatus);
        if (!clientGone) {
            client.begin(head);
        }
    }

    /**
     * Ends the exchange as one that has become a WebSocket: the client is told of the switch, and what the two sides
     * send from now on is relayed. It is told of as finished when the socket ends.
     */
    public void switchProtocols(ResponseHead head, Consumer<ChannelHandler> upstream) {
        client.switchProtocols(head, opened(head), upstream);
    }

    /** The same for a socket that ends here. */
    public void switchProtocols(ResponseHead head, Successor.Factory after) {
        client.switchProtocols(head, opened(head), after);
    }

    private OpenSocket opened(ResponseHead head) {
        WebSocketRule rule = Objects.requireNonNull(route().handler().webSocket(), "a handshake needs a rule");
        prepare(head, null);
        over = true;
        longest.close();
        content.drop();
        return new OpenSocket(
                rule,
                new NettyHeaders(head.fields()),
                snapshot.sockets().standing(call),
                call.handOver(),
                traffic,
                snapshot.openSockets().open(call, (field, id) -> head.fields().set(field, id)),
                accounting.close(call, incoming, client.peer(), head.code(), 0));
    }

    /** Tells what has become of a WebSocket handshake; only routes that relay have a part in it. */
    public void handshook(SocketMeter.Outcome outcome) {
        Route found = call.route();
        if (found != null && found.handler().webSocket() != null) {
            SocketMeter.orNone(traffic.sockets(found.name())).handshake(outcome);
        }
    }

    /** Passes some content of the answer on, the last one with its trailers; it is released. */
    public void write(ByteBuf piece, @Nullable HttpHeaders trailers) {
        accounting.wrote(piece.readableBytes());
        client.write(piece, trailers);
    }

    /** Ends the exchange after the response that was begun has been written completely. */
    public void complete() {
        if (!clientGone) {
            client.flush();
        }
        finish(status);
        client.ended(this);
    }

    /**
     * Ends the exchange with a failure: an error response is sent if no response has begun, and the response is aborted
     * otherwise.
     */
    public void fail(Failure why) {
        accounting.failed(why.label());
        if (clientGone) {
            finish(Statuses.CLIENT_CLOSED);
        } else if (client.isResponseBegun()) {
            finish(status);
            client.abort();
        } else {
            content.abandon();
            answer(Statuses.of(why));
        }
    }

    /** Ends an exchange that went on after its client had left. */
    public void endWithoutClient() {
        finish(status == 0 ? Statuses.CLIENT_CLOSED : status);
    }

    /** Takes a piece of the request's content and releases it; {@code last} marks the last one. */
    public void contentArrived(ByteBuf piece, boolean last) {
        content.arrived(piece, last);
        if (over) {
            return;
        }
        if (content.isTooLarge()) {
            requestBroken(content.tooLarge());
        } else if (handling != null) {
            handling.contentArrived();
        }
    }

    /** Called when no more of the request has arrived for now. */
    public void requestReadComplete() {
        content.flush();
    }

    /** Refuses the request because its remaining content cannot be understood. */
    public void requestBroken(ErrorStatus why) {
        accounting.failed(Failure.label(Failure.Source.CLIENT, Failure.Kind.PROTOCOL));
        breakOff(why);
    }

    /** Ends the exchange because the client is too slow. */
    public void clientFailed(Failure why) {
        accounting.failed(why.label());
        breakOff(Statuses.of(why));
    }

    private void breakOff(ErrorStatus why) {
        if (over) {
            return;
        }
        if (handling != null) {
            handling.cancel();
        }
        if (client.isResponseBegun()) {
            finish(status);
            client.abort();
        } else {
            content.abandon();
            answer(why);
        }
    }

    /** Called when the client takes more of the response again. */
    public void clientWritable() {
        Slices from = slices;
        if (over) {
            return;
        }
        if (from != null) {
            writeSlices(from);
        } else if (handling != null) {
            handling.clientWritable();
        }
    }

    /** Called when the client has closed its connection. */
    public void clientGone() {
        clientGone = true;
        content.drop();
        if (over) {
            return;
        }
        if (handling == null || handling.clientGone()) {
            accounting.failedAtLast(Failure.label(Failure.Source.CLIENT, Failure.Kind.RESET));
            endWithoutClient();
        }
    }

    private void finish(int answered) {
        if (over) {
            return;
        }
        over = true;
        longest.close();
        if (slices != null) {
            snapshot.contents().release(slices.content());
            slices = null;
        }
        content.drop();
        call.end();
        snapshot.bans().answered(call, answered);
        traffic.finished(accounting.close(call, incoming, client.peer(), answered, content.bytes()));
    }
}
