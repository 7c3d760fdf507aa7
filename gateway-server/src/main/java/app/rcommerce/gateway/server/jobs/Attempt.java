package app.rcommerce.gateway.server.jobs;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.HttpDate;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.job.forward.AttemptResult;
import app.rcommerce.gateway.job.forward.StoredRequest;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.upstream.ResponseListener;
import app.rcommerce.gateway.server.upstream.UpstreamStream;
import app.rcommerce.gateway.server.upstream.Upstreams;
import app.rcommerce.gateway.webhook.WebhookSigner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to forward a job to its upstream, over the pools that requests use. It ends once: with the head of the
 * answer, a failure, or its time. Confined to its event loop.
 */
final class Attempt implements JobHandler.Run, ResponseListener, Upstreams.Acquired {

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /** So much of an answer is read for the connection to be of further use. */
    private static final int MOST_CONTENT = 64 * 1024;

    /** After so many milliseconds a job is tried again that has found no place among the requests to its upstream. */
    private static final long CROWDED_MILLIS = 200;

    private static final long MOST_ASKED_SECONDS = 366L * 24 * 3_600;

    private final Forwarding forwarding;
    private final TakenJob job;
    private final StoredRequest request;
    private final @Nullable WebhookSigner signer;
    private final Consumer<AttemptResult> ended;
    private @Nullable UpstreamStream stream;
    private @Nullable Runnable again;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable AttemptResult result;
    private long content;
    private boolean told;
    private boolean isRepeated;

    Attempt(Forwarding forwarding, TakenJob job, StoredRequest request, Consumer<AttemptResult> ended) {
        this.forwarding = forwarding;
        this.job = job;
        this.request = request;
        this.signer = forwarding.queue().signer();
        this.ended = ended;
    }

    @Override
    public void begin() {
        EventLoop loop = forwarding.loop();
        String upstream = forwarding.upstream();
        timer = loop.schedule(
                () -> giveUp(new AttemptResult(
                        AttemptResult.Kind.BROKEN, "the upstream has not answered within the timeout", 0)),
                forwarding.queue().timeout().toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            Upstreams upstreams = forwarding.upstreams().get();
            again = () -> upstreams.acquire(loop, upstream, true, this, this);
            upstreams.acquire(loop, upstream, false, this, this);
        } catch (RuntimeException e) {
            // A reload may have taken the upstream away that this worker is about to be told of.
            LOG.warn(
                    "queue {}: a job cannot be forwarded to {}: {}",
                    forwarding.queue().name(),
                    upstream,
                    e.toString());
            end(new AttemptResult(AttemptResult.Kind.UNREACHED, "it cannot be forwarded at the moment", 0));
        }
    }

    @Override
    public void abandon(String why) {
        giveUp(new AttemptResult(AttemptResult.Kind.ABANDONED, why, 0));
    }

    @Override
    public void trying(String server) {
        // Which one it was is told nobody.
    }

    @Override
    public void acquired(UpstreamStream acquired) {
        if (told) {
            acquired.cancel();
            return;
        }
        stream = acquired;
        acquired.send(head());
        if (request.body().length > 0) {
            acquired.send(Unpooled.wrappedBuffer(request.body()), true);
        }
        acquired.flush();
    }

    private RequestHead head() {
        HttpHeaders fields = new DefaultHttpHeaders();
        String authority = "";
        for (Field field : request.fields()) {
            if (signer != null && WebhookSigner.isItsField(field.name())) {
                // It would go for ours.
                continue;
            }
            fields.add(field.name(), field.value());
            if (field.name().equalsIgnoreCase("host")) {
                authority = field.value();
            }
        }
        fields.set("Idempotency-Key", job.id());
        fields.set("X-Gateway-Attempt", Integer.toString(job.attempts() + 1));
        if (!request.verified().isEmpty()) {
            fields.set("X-Gateway-Verified", request.verified());
        }
        if (signer != null) {
            // Made for each attempt, since recipients refuse a time that has passed.
            for (Field field : signer.sign(job.id(), request.body(), System.currentTimeMillis())) {
                fields.set(field.name(), field.value());
            }
        }
        int length = request.body().length;
        HttpMethod method = HttpMethod.valueOf(request.method());
        if (length > 0 || method.equals(HttpMethod.POST) || method.equals(HttpMethod.PUT)) {
            fields.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(length));
        }
        return new RequestHead(method, "http", authority, request.target(), fields, ProtocolVersion.HTTP_1_1, length);
    }

    @Override
    public void refused(Failure failure) {
        String why = String.valueOf(failure.getMessage());
        end(
                failure.kind() == Failure.Kind.OVERLOAD
                        ? new AttemptResult(AttemptResult.Kind.ABANDONED, why, CROWDED_MILLIS)
                        : new AttemptResult(AttemptResult.Kind.UNREACHED, why, 0));
    }

    @Override
    public void informational(ResponseHead head) {
        // It says nothing of the job.
    }

    @Override
    public void head(ResponseHead head) {
        result = AttemptResult.of(head.code(), askedMillis(head));
    }

    /** What Retry-After says (RFC 9110 §10.2.3), in milliseconds from now; 0 where it says nothing. */
    private static long askedMillis(ResponseHead head) {
        String text = head.fields().get(HttpHeaderNames.RETRY_AFTER);
        if (text == null) {
            return 0;
        }
        if (text.matches("[0-9]{1,10}")) {
            return 1_000 * Math.min(MOST_ASKED_SECONDS, Long.parseLong(text));
        }
        long now = System.currentTimeMillis();
        OptionalLong date = HttpDate.parse(text, now);
        return date.isEmpty() ? 0 : Math.clamp(date.getAsLong() - now, 0, 1_000 * MOST_ASKED_SECONDS);
    }

    @Override
    public void content(ByteBuf piece, @Nullable HttpHeaders trailers) {
        content += piece.readableBytes();
        piece.release();
        AttemptResult answered = result;
        if (trailers != null) {
            stream = null;
        }
        if (answered != null && (trailers != null || content > MOST_CONTENT)) {
            end(answered);
        }
    }

    @Override
    public void readComplete() {
        // Nobody waits for pieces.
    }

    @Override
    public void writable() {
        // It has been given everything at once.
    }

    @Override
    public void failed(Failure failure) {
        UpstreamStream lost = stream;
        stream = null;
        Runnable repetition = again;
        boolean stale = result == null && lost != null && lost.isReused() && !lost.isResponseBegun();
        if (stale && failure.kind() == Failure.Kind.RESET && !isRepeated && !told && repetition != null) {
            // The connection had been closed meanwhile. That a job comes twice its key tells.
            isRepeated = true;
            repetition.run();
            return;
        }
        giveUp(new AttemptResult(AttemptResult.Kind.BROKEN, String.valueOf(failure.getMessage()), 0));
    }

    /** Waits no longer: what the upstream has said of the job stands, whether or not the rest of its answer came. */
    private void giveUp(AttemptResult unanswered) {
        AttemptResult answered = result;
        end(answered == null ? unanswered : answered);
    }

    private void end(AttemptResult how) {
        if (told) {
            return;
        }
        told = true;
        if (timer != null) {
            timer.cancel(false);
        }
        UpstreamStream open = stream;
        stream = null;
        if (open != null) {
            open.cancel();
        }
        ended.accept(how);
    }
}
