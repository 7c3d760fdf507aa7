package app.rcommerce.gateway.server.transport;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rounds of one event loop among what stays for long: every member is visited about once a second, a tenth of them
 * at a time, so that ten thousand of them need one timer and no visit takes long. Confined to its event loop.
 */
public final class Rounds {

    /** A member that is visited. */
    public abstract static class Member {
        private int part = -1;
        private int place;

        /** Visits it; on the event loop. */
        protected abstract void visit(long nowNanos);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final int PARTS = 10;
    private static final long PART_MILLIS = 100;

    private final EventLoop loop;
    private final List<List<Member>> parts = new ArrayList<>(PARTS);
    private int members;
    private int next;
    private boolean scheduled;

    Rounds(EventLoop loop) {
        this.loop = loop;
        for (int i = 0; i < PARTS; i++) {
            parts.add(new ArrayList<>(0));
        }
    }

    /** Visits the member from now on. */
    public void add(Member member) {
        if (member.part >= 0) {
            return;
        }
        member.part = smallest();
        List<Member> part = parts.get(member.part);
        member.place = part.size();
        part.add(member);
        members++;
        if (!scheduled) {
            schedule();
        }
    }

    private int smallest() {
        int least = 0;
        for (int i = 1; i < PARTS; i++) {
            if (parts.get(i).size() < parts.get(least).size()) {
                least = i;
            }
        }
        return least;
    }

    /** Visits the member no more; it may be called in a visit. */
    public void remove(Member member) {
        if (member.part < 0) {
            return;
        }
        List<Member> part = parts.get(member.part);
        // The last one takes its place, which may be the member itself.
        Member last = part.getLast();
        part.set(member.place, last);
        last.place = member.place;
        part.removeLast();
        member.part = -1;
        members--;
    }

    private void schedule() {
        scheduled = true;
        loop.schedule(this::visitPart, PART_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void visitPart() {
        scheduled = false;
        List<Member> part = parts.get(next);
        next = (next + 1) % PARTS;
        long now = System.nanoTime();
        // From the end: whoever is removed in its visit is replaced by one that has been visited.
        for (int i = part.size() - 1; i >= 0; i--) {
            if (i < part.size()) {
                visit(part.get(i), now);
            }
        }
        if (members > 0) {
            schedule();
        }
    }

    /** Visits one member and logs its failure, that of memory which is spent too, so that rounds go on. */
    private static void visit(Member member, long nowNanos) {
        try {
            member.visit(nowNanos);
        } catch (Throwable e) {
            LOG.error("a round could not visit", e);
        }
    }
}
