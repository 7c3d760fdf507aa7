package app.rcommerce.gateway.server.redis.job;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/** What waits for the disk of a Redis that answers nobody for a while. */
@Tag("redis")
@Timeout(60)
class GroupCommitIT {

    private static final long PAUSE_MILLIS = 300;
    private static final int MB = 1 << 20;

    private final String key = TestRedis.freshKeys().jobQueue();
    private final GroupCommit commits = new GroupCommit(TestRedis.single().dispatcher());

    private GroupCommit.Written write(long bytes) {
        return commits.write(
                Command.of(
                        CommandPurpose.JOB_ENQUEUE_DURABLE, key, RedisCommands.SET, StringCodec.INSTANCE, key, "text"),
                bytes);
    }

    private static void pause() throws Exception {
        RedisServers.single().send("CLIENT", "PAUSE", Long.toString(PAUSE_MILLIS));
    }

    private static boolean isRefused(GroupCommit.Written written) {
        return written.entered().isCompletedExceptionally();
    }

    /** Completes when each of them has been refused, or answered and its group has ended. */
    private static void await(List<GroupCommit.Written> all) throws Exception {
        for (GroupCommit.Written one : all) {
            boolean isEntered =
                    one.entered().handle((answer, failure) -> failure == null).get(20, TimeUnit.SECONDS);
            if (isEntered) {
                one.disk().handle((answer, failure) -> true).get(20, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void whatWaitsIsBoundedInBytesAndThereIsRoomAgainWhenItIsSent() throws Exception {
        pause();
        GroupCommit.Written underWay = write(MB);
        GroupCommit.Written waits = write(20L * MB);
        GroupCommit.Written tooMuch = write(20L * MB);

        assertThat(isRefused(tooMuch)).isTrue();
        assertThat(waits.entered()).isNotDone();
        await(List.of(underWay, waits));
        assertThat(isRefused(waits)).isFalse();

        pause();
        GroupCommit.Written first = write(MB);
        GroupCommit.Written large = write(40L * MB);
        assertThat(large.entered()).as("one alone may be of any size").isNotDone();
        await(List.of(first, large));
        assertThat(isRefused(large)).isFalse();
    }

    @Test
    void whatWaitsIsBoundedInNumberAndAllAreAnswered() throws Exception {
        pause();
        List<GroupCommit.Written> all = new ArrayList<>();
        for (int i = 0; i < 3 * CommandDispatcher.MOST_IN_FLIGHT; i++) {
            all.add(write(1));
        }

        assertThat(all.stream().filter(GroupCommitIT::isRefused).count())
                .isBetween((long) CommandDispatcher.MOST_IN_FLIGHT / 2, 2L * CommandDispatcher.MOST_IN_FLIGHT);
        await(all);
        GroupCommit.Written after = write(1);
        CompletableFuture.allOf(after.entered()).get(20, TimeUnit.SECONDS);
    }
}
