package app.rcommerce.gateway.server.proxy.idempotent;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldClasses;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.idempotency.AnswerForm;
import app.rcommerce.gateway.idempotency.Claim;
import app.rcommerce.gateway.route.IdempotencyRule;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.idempotency.IdempotencyMeter.Outcome;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.NettyHeaders;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.message.Statuses;
import app.rcommerce.gateway.server.proxy.AnswerKeeper;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The answer to the first request with an idempotency key: the client gets it as it comes, but for its end, which is
 * held back until the store has it all, so that whoever has seen the whole answer gets the same one from then on. The
 * store's own deadline bounds how long that is. Confined to the event loop of the exchange.
 */
final class KeptAnswer implements AnswerKeeper {

    /**
     * What stands in the store for the request.
     *
     * @param claim of the request
     * @param known whether the store has said that the request is under way; otherwise it could not be asked
     */
    record Mark(Claim claim, boolean known) {}

    private static final int SERVER_ERROR = 500;
    /** How often the content is copied on its way into the store. */
    private static final int COPIES = 2;
    /** How often, once a second, the store is told of an answer again that it has not taken. */
    private static final int TRIES = 9;

    private final Idempotency idempotency;
    private final IdempotencyRule rule;
    private final Exchange exchange;
    private final Mark mark;
    private final Runnable ended;
    /** What is held back: the head of an answer without content, and what completes one with content. */
    private final Queue<ByteBuf> held = new ArrayDeque<>(2);

    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private @Nullable ResponseHead heldHead;
    private @Nullable HttpHeaders trailers;
    private List<Field> fields = List.of();
    /** Of the answer; 0 while there is none. */
    private int status;

    private long declared = -1;
    private long arrived;
    private long reserved;
    /** What becomes of the answer if it comes whole. */
    private Outcome fate = Outcome.KEPT;

    private boolean ending;

    /** The answer to an exchange with this mark; {@code ended} is told when its request is needed no more. */
    KeptAnswer(Idempotency idempotency, IdempotencyRule rule, Exchange exchange, Mark mark, Runnable ended) {
        this.idempotency = idempotency;
        this.rule = rule;
        this.exchange = exchange;
        this.mark = mark;
        this.ended = ended;
    }

    @Override
    public void begin(ResponseHead head) {
        status = head.code();
        declared = head.contentLength();
        if (status >= SERVER_ERROR) {
            fate = Outcome.SERVER_ERROR;
        } else if (declared > rule.maxAnswer()) {
            fate = Outcome.TOO_LARGE;
        } else {
            fields = kept(head.fields());
        }
        if (Statuses.isContentless(status) || declared == 0) {
            heldHead = head;
        } else {
            exchange.begin(head, null);
        }
    }

    private static List<Field> kept(HttpHeaders fields) {
        List<Field> kept = new ArrayList<>(fields.size());
        new NettyHeaders(fields).forEach((name, value) -> {
            if (AnswerForm.isKept(FieldClasses.lower(name))) {
                kept.add(new Field(name, value));
            }
        });
        return kept;
    }

    @Override
    public void content(ByteBuf piece, @Nullable HttpHeaders last) {
        arrived += piece.readableBytes();
        collect(piece);
        if (last == null && (declared < 0 || arrived < declared)) {
            pass(piece, null);
            return;
        }
        held.add(piece);
        if (last != null) {
            trailers = last;
            settle();
        }
    }

    private void pass(ByteBuf piece, @Nullable HttpHeaders last) {
        if (exchange.isClientGone()) {
            piece.release();
        } else {
            exchange.write(piece, last);
        }
    }

    private void collect(ByteBuf piece) {
        int size = piece.readableBytes();
        if (fate != Outcome.KEPT || size == 0 || Statuses.isContentless(status)) {
            return;
        }
        if (body.size() + size > rule.maxAnswer() || !reserve(size)) {
            fate = Outcome.TOO_LARGE;
            forget();
            return;
        }
        try {
            piece.getBytes(piece.readerIndex(), body, size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean reserve(long bytes) {
        boolean left = idempotency.budget().reserve(bytes);
        reserved += left ? bytes : 0;
        return left;
    }

    private void forget() {
        body.reset();
        idempotency.budget().release(reserved);
        reserved = 0;
    }

    /** Tells the store what has become of the request, and then the client. */
    private void settle() {
        ending = true;
        if (fate == Outcome.KEPT && !reserve((long) COPIES * body.size())) {
            fate = Outcome.TOO_LARGE;
        }
        if (fate != Outcome.KEPT) {
            idempotency
                    .store()
                    .release(mark.claim())
                    .whenComplete((done, failure) -> onLoop(() -> {
                        close(fate);
                        end();
                    }));
            return;
        }
        Reply answer = new Reply(status, fields, body.toByteArray());
        idempotency
                .store()
                .finish(mark.claim(), answer, rule.kept())
                .whenComplete((done, failure) -> onLoop(() -> {
                    // A store that could not be asked before would only fill the memory with answers.
                    told(answer, done, mark.known() ? TRIES : 0);
                    end();
                }));
    }

    private void onLoop(Runnable task) {
        exchange.client().later(task);
    }

    /**
     * The store has taken the answer, or not, or has not said. The client gets it all the same, but no repeat does: so
     * the store is told again, a while long, for which a repeat finds the request under way.
     */
    private void told(Reply answer, @Nullable Boolean done, int triesLeft) {
        if (done != null || triesLeft == 0) {
            close(Boolean.TRUE.equals(done) ? Outcome.KEPT : Outcome.UNSTORED);
            return;
        }
        exchange.client()
                .loop()
                .schedule(
                        () -> idempotency
                                .store()
                                .finish(mark.claim(), answer, rule.kept())
                                .whenComplete((again, failure) -> onLoop(() -> told(answer, again, triesLeft - 1))),
                        1,
                        TimeUnit.SECONDS);
    }

    private void end() {
        ended.run();
        if (exchange.isOver()) {
            drop();
        } else if (exchange.isClientGone()) {
            drop();
            exchange.endWithoutClient();
        } else {
            if (heldHead != null) {
                exchange.begin(heldHead, null);
            }
            ByteBuf piece = held.poll();
            while (piece != null) {
                exchange.write(piece, held.isEmpty() ? trailers : null);
                piece = held.poll();
            }
            exchange.complete();
        }
    }

    private void close(Outcome outcome) {
        forget();
        idempotency.meter().counted(exchange.route().name(), outcome);
    }

    private void drop() {
        held.forEach(ByteBuf::release);
        held.clear();
    }

    /**
     * The key is free again where the upstream cannot have seen the request, or has answered it and the rest did not
     * come. Else it may be at work still, and the mark stays until it ends.
     */
    @Override
    public void failed(Failure why, boolean seen) {
        ending = true;
        drop();
        if (seen && status == 0) {
            close(Outcome.UNKNOWN);
            ended.run();
            exchange.fail(why);
            return;
        }
        idempotency
                .store()
                .release(mark.claim())
                .whenComplete((done, failure) -> exchange.client().later(() -> {
                    close(Outcome.RELEASED);
                    ended.run();
                    if (!exchange.isOver()) {
                        exchange.fail(why);
                    }
                }));
    }

    @Override
    public void cancelled(boolean seen) {
        if (ending) {
            return;
        }
        ending = true;
        drop();
        ended.run();
        if (seen && isUnanswered()) {
            close(Outcome.UNKNOWN);
        } else {
            idempotency.store().release(mark.claim());
            close(Outcome.RELEASED);
        }
    }

    /** Whether there is no answer yet that could be kept, or that need not be. */
    private boolean isUnanswered() {
        return status == 0 || fate == Outcome.KEPT;
    }

    @Override
    public boolean isWanted(boolean sent) {
        return ending || (sent && isUnanswered());
    }
}
