package app.rcommerce.gateway.server.events.socket;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.server.events.hub.Delivery;
import app.rcommerce.gateway.server.events.hub.Joined;
import app.rcommerce.gateway.server.events.hub.Subscriber;
import app.rcommerce.gateway.server.events.hub.Subscription;
import app.rcommerce.gateway.server.exchange.Successor;
import app.rcommerce.gateway.server.exchange.events.EventsMeter;
import app.rcommerce.gateway.server.exchange.websocket.Ending;
import app.rcommerce.gateway.server.exchange.websocket.OpenSocket;
import app.rcommerce.gateway.server.memory.Reading;
import app.rcommerce.gateway.server.memory.Silence;
import app.rcommerce.gateway.server.protocol.websocket.CloseCodes;
import app.rcommerce.gateway.server.protocol.websocket.ControlFrames;
import app.rcommerce.gateway.server.protocol.websocket.Fault;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicRules;
import app.rcommerce.gateway.topic.message.Answers;
import app.rcommerce.gateway.topic.message.ClientMessage;
import app.rcommerce.gateway.topic.message.ClientMessage.Form;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that hears topics by WebSocket: its messages are read and answered here. It ends with a closing handshake,
 * or with its connection. Confined to its event loop.
 */
public final class EventSocket extends Subscriber implements Successor, ClientFrames.Receiver {

    /** How long a client has to answer a close frame, and what still waits before it. */
    private static final long CLOSE_NANOS = Duration.ofSeconds(2).toNanos();

    private final Owner owner;
    private final Channel channel;
    private final OpenSocket socket;
    private final ClientFrames frames;
    private final Dialogue dialogue;
    private final Pacing pacing;
    private @Nullable List<String> asked;
    /** How those topics were asked for whose answer is still to come. */
    private @Nullable Map<String, Form> unanswered;

    private boolean heard;
    private boolean pinged;
    private long heardNanos = System.nanoTime();
    private long stuckNanos;
    private int code;
    private String reason = "";
    private long deadlineNanos;
    private long bytesIn;
    private long bytesOut;

    /**
     * A socket on a channel that is about to be its own.
     *
     * @param asked the topics that its handshake has named
     */
    public EventSocket(Terms terms, Owner owner, Channel channel, OpenSocket socket, List<String> asked) {
        super(terms, channel.eventLoop(), EventsMeter.Kind.WEBSOCKET);
        this.owner = owner;
        this.channel = channel;
        this.socket = socket;
        List<String> all = again(asked, socket.subscriptions());
        this.asked = all.isEmpty() ? null : all;
        this.frames = new ClientFrames((int) terms.events().connections().maxMessage(), this);
        this.dialogue = new Dialogue(this);
        this.pacing = new Pacing(terms.events().connections().messages());
    }

    /** The topics that are asked for now, and those that the client had before its connection was lost. */
    private static List<String> again(List<String> asked, List<String> before) {
        if (before.isEmpty()) {
            return asked;
        }
        Set<String> all = new LinkedHashSet<>(asked);
        all.addAll(before);
        return List.copyOf(all);
    }

    @Override
    public ChannelHandler handler() {
        return new SocketHandler(this);
    }

    @Override
    public void begin() {
        come();
        if (!channel.isActive()) {
            gone();
            return;
        }
        Reading.set(channel, true);
        List<String> names = asked;
        asked = null;
        if (names != null) {
            names.forEach(name -> dialogue.subscribe(new ClientMessage.Subscribe(Form.SHORT, name, null)));
        }
    }

    /** Reads what the client has sent. */
    void read(ByteBuf bytes) {
        heard = true;
        bytesIn += bytes.readableBytes();
        socket.passed(true, 0, bytes.readableBytes());
        if (code != 0 && frames.isClosed()) {
            return;
        }
        Fault fault = frames.read(bytes);
        if (fault != null) {
            close(fault.code(), fault.text());
        }
    }

    @Override
    public @Nullable Fault data(boolean first, long bytes) {
        if (code != 0) {
            return null;
        }
        if (first) {
            socket.passed(true, 1, 0);
        }
        return pacing.data(first, bytes);
    }

    @Override
    public @Nullable Fault control(boolean ping, byte[] content) {
        Fault fault = pacing.small();
        if (fault == null && ping && code == 0) {
            put(ControlFrames.pong(channel.alloc(), content));
        }
        return fault;
    }

    @Override
    public void message(String text) {
        if (code == 0) {
            dialogue.said(text);
        }
    }

    @Override
    public void closed(int said) {
        if (code == 0) {
            code = said;
            reason = "client";
            stopHearing();
            send(ControlFrames.close(
                    channel.alloc(), false, said == CloseCodes.NO_STATUS ? CloseCodes.NORMAL : said, ""));
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        deadlineNanos = deadline();
    }

    /** Tells the client a text. */
    void tell(String text) {
        if (!isOver()) {
            put(Unpooled.wrappedBuffer(Delivery.frame(text)));
        }
    }

    /** Notes in which form a topic was asked for, and subscribes to it. */
    void join(Form form, TopicRules.Granted granted, @Nullable Position since) {
        Map<String, Form> open = unanswered;
        if (open == null) {
            open = new HashMap<>(2);
            unanswered = open;
        }
        open.put(granted.feed().topic(), form);
        subscribe(granted, since);
        recordTopics();
    }

    /** Ends a subscription; whether there was one. */
    boolean leave(String topic) {
        boolean left = unsubscribe(topic);
        recordTopics();
        return left;
    }

    private void recordTopics() {
        socket.subscribed(subscriptions().stream().map(Subscription::topic).toList());
    }

    boolean hears(String topic) {
        return subscription(topic) != null;
    }

    /** Whether it is counted who hears a topic that this one hears. */
    boolean countsPresence(String topic) {
        Subscription heardOne = subscription(topic);
        return heardOne != null && heardOne.rule().presence();
    }

    int heardTopics() {
        return topics();
    }

    List<Subscription> heard() {
        return subscriptions();
    }

    Terms served() {
        return terms();
    }

    /** Whether a token means anything on the route. */
    boolean takesTokens() {
        return terms().tenure().verifiesTokens();
    }

    void goOnAs(Caller caller) {
        renewed(caller);
    }

    @Override
    protected void joined(Subscription subscription, Joined how) {
        Map<String, Form> open = unanswered;
        Form form = open == null ? null : open.remove(subscription.topic());
        if (open != null && open.isEmpty()) {
            unanswered = null;
        }
        tell(new Answers(System.currentTimeMillis())
                .subscribed(
                        form == null ? Form.SHORT : form,
                        subscription.topic(),
                        how.position(),
                        how.recovered(),
                        how.degraded()));
        subscription.start();
    }

    @Override
    protected ByteBuf bytes(Subscription subscription, Delivery delivery) {
        return delivery.frame();
    }

    @Override
    protected void reset(Subscription subscription, @Nullable Position position) {
        tell(Answers.reset(subscription.topic(), position, false));
    }

    @Override
    protected void expiring(long seconds) {
        tell(Answers.expiring(seconds));
    }

    @Override
    protected void send(ByteBuf bytes) {
        int size = bytes.readableBytes();
        bytesOut += size;
        socket.passed(false, 1, size);
        channel.write(bytes, channel.voidPromise());
    }

    @Override
    protected long pending() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    @Override
    protected void flushChannel() {
        channel.flush();
    }

    void writabilityChanged(boolean writable) {
        stuckNanos = writable ? 0 : Math.max(1, System.nanoTime());
        if (writable) {
            drained();
        }
    }

    /** Ends the socket with a closing handshake of our own. */
    void close(int with, String why) {
        if (code != 0) {
            return;
        }
        code = with;
        reason = why;
        stopHearing();
        send(ControlFrames.close(channel.alloc(), false, with, why));
        channel.flush();
        deadlineNanos = deadline();
    }

    private static long deadline() {
        return Math.max(1, System.nanoTime() + CLOSE_NANOS);
    }

    @Override
    protected void tooSlow(String why) {
        close(CloseCodes.TRY_AGAIN, why);
    }

    @Override
    protected void lose(Ending why) {
        close(CloseCodes.of(why), why.text());
    }

    @Override
    protected void reconfigured() {
        close(CloseCodes.RESTART, "reconfigured");
    }

    @Override
    protected void stopping() {
        close(CloseCodes.GOING_AWAY, "the gateway stops");
    }

    @Override
    protected void look(long nowNanos) {
        if (deadlineNanos != 0) {
            if (nowNanos - deadlineNanos >= 0) {
                channel.close();
            }
            return;
        }
        // What was missed goes on where the channel takes it without ever having been full.
        drained();
        long every = terms().events().heartbeat().toNanos();
        if (heard) {
            heard = false;
            pinged = false;
            heardNanos = nowNanos;
        } else if (nowNanos - heardNanos >= every) {
            if (pinged) {
                code = CloseCodes.ABNORMAL;
                reason = "the client did not answer a ping";
                channel.close();
                return;
            }
            pinged = true;
            heardNanos = nowNanos;
            put(ControlFrames.ping(channel.alloc(), nowNanos));
        }
    }

    /** Called when the connection has ended. */
    void gone() {
        if (super.leave()) {
            socket.ended(
                    code == 0 ? CloseCodes.ABNORMAL : code, code == 0 ? "the client left" : reason, bytesIn, bytesOut);
            owner.closed(this);
        }
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public void drain() {
        stopWithin(owner.snapshot().server().shutdownGrace().toNanos() * 3 / 4);
    }

    @Override
    public boolean closeIfSilent(long nanos, Silence what) {
        boolean silent = what == Silence.TAKES_NOTHING && stuckNanos != 0 && System.nanoTime() - stuckNanos > nanos;
        if (silent) {
            reason = reason.isEmpty() ? "memory is scarce" : reason;
            code = code == 0 ? CloseCodes.ABNORMAL : code;
            channel.close();
        }
        return silent;
    }

    @Override
    public void abort() {
        channel.close();
    }
}
