package app.rcommerce.gateway.limit.lease;

import app.rcommerce.gateway.limit.count.Hold;
import app.rcommerce.gateway.limit.count.Unused;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The account of what a node has used of a hold, and of what the store has been told: running sums, so that a question
 * that is lost or repeated changes nothing. It also knows where permits belong that were used and come back: those of
 * which the store has not been told are held again, the others go back into the part of the window in which it counted
 * them. Not safe for use by several threads.
 */
final class HoldAccount {

    /** Of how many questions it is remembered when the store has answered them. */
    private static final int REMEMBERED = 4;

    /** A name that no other hold of the identifier has: 60 bits at random. */
    private long id = newId();
    /**
     * What is added to the numbers of questions in permits that may come back: those of another lease of the same
     * identifier, which this node had before, must not seem to be of this one.
     */
    private final long mark = ThreadLocalRandom.current().nextLong(1, 1L << 60);
    /** The number of the last question. */
    private long sequence;
    /**
     * The running sums: permits used, those that the last question has told, and those that an answer has confirmed.
     */
    private long used;

    private long told;
    private long acknowledged;
    private boolean asking;
    /** What tells of the end of a hold that has ended while a question was under way; null where none has. */
    private @Nullable Hold ended;
    /** Permits that came back while the question that tells of them was under way. */
    private List<Unused> parked = List.of();

    /** The store's times of the answers to the last questions, by number; 0 where there was none. */
    private final long[] answeredMillis = new long[REMEMBERED];

    private static long newId() {
        return ThreadLocalRandom.current().nextLong(1L << 60);
    }

    private String name() {
        return Long.toString(id, Character.MAX_RADIX);
    }

    /** Begins another hold, of which nothing has been used. */
    void begin(long lifeMillis) {
        if (asking && ended == null) {
            ended = end(lifeMillis);
        }
        id = newId();
        used = 0;
        told = 0;
        acknowledged = 0;
        // What was used before is not put back after it.
        sequence += 2;
        answeredMillis[slot(sequence - 1)] = 0;
        answeredMillis[slot(sequence)] = 0;
    }

    /** Counts permits as used; returns a mark of the question that will tell of them. */
    long use(long permits) {
        used += permits;
        return mark + sequence + 1;
    }

    /** Whether the store has not confirmed all that was used. */
    boolean isUntold() {
        return used > acknowledged;
    }

    /** Whether a question has not been answered. */
    boolean isAsking() {
        return asking;
    }

    /** The next question. */
    Hold ask(long lifeMillis) {
        sequence++;
        told = used;
        asking = true;
        answeredMillis[slot(sequence)] = 0;
        return new Hold(name(), sequence, used, acknowledged, lifeMillis);
    }

    /** What tells the store that the hold has ended. */
    Hold end(long lifeMillis) {
        return new Hold(name(), sequence + 1, used, acknowledged, lifeMillis);
    }

    /**
     * What tells of the end of the hold that this question was asked of, with all that was used of it, also since the
     * question: the same numbers as were told when it ended, since that may have been lost, or be under way.
     */
    Hold ending(Hold asked) {
        return ended != null && ended.id().equals(asked.id()) ? ended : asked.next();
    }

    /** Whether the question was asked of the hold that this account is of. */
    boolean isOf(Hold hold) {
        return hold.id().equals(name());
    }

    /** How much was used since the question was asked. */
    long usedSince(Hold hold) {
        return used - hold.used();
    }

    /**
     * Records that the question has been answered.
     *
     * @param atMillis the store's time, at which it counted what the question told
     * @return what goes back to the store now
     */
    List<Unused> answered(Hold hold, long atMillis) {
        asking = false;
        ended = null;
        acknowledged = hold.used();
        answeredMillis[slot(hold.sequence())] = atMillis;
        List<Unused> back = parked.isEmpty()
                ? List.of()
                : parked.stream().map(one -> countedAt(one, atMillis)).toList();
        parked = List.of();
        return back;
    }

    /** Records that there was no answer: it is not known whether, and when, the store has counted what was told. */
    void failed() {
        asking = false;
        ended = null;
        parked = List.of();
    }

    /**
     * Takes permits back that were used as held ones, where the store has not been told of them: they are held again.
     */
    boolean takesBack(Unused back) {
        boolean untold = question(back) == sequence + 1 && used - back.permits() >= told;
        if (untold) {
            used -= back.permits();
        }
        return untold;
    }

    /**
     * What goes back to the store of permits that are not held again; null where nothing does: it has yet to say when
     * it counted them, or that is not known.
     */
    @Nullable
    Unused returned(Unused back) {
        if (question(back) == sequence && asking) {
            List<Unused> more = new ArrayList<>(parked);
            more.add(back);
            parked = more;
            return null;
        }
        long question = question(back);
        boolean remembered = question > 0 && question <= sequence && question > sequence - REMEMBERED;
        long atMillis = remembered ? answeredMillis[slot(question)] : 0;
        return atMillis == 0 ? null : countedAt(back, atMillis);
    }

    private static int slot(long sequence) {
        return (int) (sequence % REMEMBERED);
    }

    private long question(Unused back) {
        return back.sequence() - mark;
    }

    private static Unused countedAt(Unused back, long atMillis) {
        return new Unused(back.permits(), atMillis, back.states());
    }
}
