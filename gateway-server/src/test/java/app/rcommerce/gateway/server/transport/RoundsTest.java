package app.rcommerce.gateway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every member is visited once in a round, a part of them at a time. */
class RoundsTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Rounds rounds = new Rounds(channel.eventLoop());

    private static class Counted extends Rounds.Member {
        int visits;

        @Override
        protected void visit(long nowNanos) {
            visits++;
        }
    }

    RoundsTest() {
        channel.freezeTime();
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void round() {
        for (int i = 0; i < 10; i++) {
            pass(100);
        }
    }

    private static int sum(List<Counted> members) {
        return members.stream().mapToInt(member -> member.visits).sum();
    }

    @Test
    void eachIsVisitedOnceARoundAndATenthAtATime() {
        List<Counted> members = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            members.add(new Counted());
            rounds.add(members.getLast());
            rounds.add(members.getLast());
        }
        pass(100);
        assertThat(sum(members)).isEqualTo(10);
        for (int i = 0; i < 9; i++) {
            pass(100);
        }
        assertThat(members).allMatch(member -> member.visits == 1);
        round();
        assertThat(members).allMatch(member -> member.visits == 2);
    }

    @Test
    void whoIsRemovedIsVisitedNoMoreAndOthersAreNotForgotten() {
        List<Counted> members = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            members.add(new Counted());
            rounds.add(members.getLast());
        }
        for (int i = 0; i < 40; i += 3) {
            rounds.remove(members.get(i));
            rounds.remove(members.get(i));
        }
        round();
        for (int i = 0; i < 40; i++) {
            assertThat(members.get(i).visits).as("member " + i).isEqualTo(i % 3 == 0 ? 0 : 1);
        }
    }

    @Test
    void oneMayLeaveInItsVisitAndOneMayFail() {
        List<Counted> members = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            int number = i;
            members.add(new Counted() {
                @Override
                protected void visit(long nowNanos) {
                    super.visit(nowNanos);
                    if (number % 2 == 0) {
                        rounds.remove(this);
                    } else if (number % 5 == 0) {
                        throw new OutOfMemoryError("a member that fails");
                    }
                }
            });
            rounds.add(members.getLast());
        }
        round();
        assertThat(members).allMatch(member -> member.visits == 1);
        round();
        assertThat(sum(members)).isEqualTo(30 + 15);
    }

    @Test
    void withoutMembersNoTimerIsLeft() {
        Counted member = new Counted();
        rounds.add(member);
        rounds.remove(member);
        round();
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
        rounds.add(member);
        round();
        assertThat(member.visits).isEqualTo(1);
    }
}
