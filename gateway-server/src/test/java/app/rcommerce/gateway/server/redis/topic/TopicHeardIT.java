package app.rcommerce.gateway.server.redis.topic;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.Resp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The script that gives messages their places, where others have written much before. */
@Tag("redis")
class TopicHeardIT {

    private static final int BYTES = 2 << 20;

    private final String state = "state" + System.nanoTime();
    private final String stream = "stream" + System.nanoTime();
    private Resp redis;

    @BeforeEach
    void connect() throws Exception {
        redis = new Resp(RedisServers.single().port());
    }

    @AfterEach
    void close() throws Exception {
        redis.send("DEL", state, stream);
        redis.close();
    }

    /** Ten messages of 300,000 bytes; the node knows none. */
    private void written() throws Exception {
        redis.send("HSET", state, "epoch", "e", "top", "10", "s:node", "5");
        for (int i = 1; i <= 10; i++) {
            redis.send("XADD", stream, i + "-0", "d", data(i), "t", "99999999999999999");
        }
    }

    private static String data(int number) {
        return Character.toString('a' + number).repeat(300_000);
    }

    private List<?> heard(int cursor, String... messages) throws Exception {
        List<Object> words = new ArrayList<>(List.of("EVAL", TopicScripts.HEARD.text(), "2", state, stream));
        words.addAll(List.of("node", "e", cursor, "100", "300000", "3600000", "7", BYTES));
        words.addAll(List.of(messages));
        return (List<?>) redis.send(words.toArray());
    }

    private static List<Object> offsets(List<?> answer) {
        return IntStream.iterate(3, i -> i < answer.size(), i -> i + 3)
                .<Object>mapToObj(answer::get)
                .toList();
    }

    @Test
    void noMoreThanTwoMegabytesAreReadAtOnce() throws Exception {
        written();
        List<?> some = heard(0, data(9), "new", data(2));
        assertThat(some.getFirst()).as("there is more").isEqualTo(2L);
        assertThat(offsets(some)).containsExactly("1", "2", "3", "4", "5", "6", "7");
        assertThat(some.get(8)).as("the second one is the third that was heard").isEqualTo(3L);
        assertThat(redis.send("XLEN", stream)).isEqualTo(10L);
        assertThat(redis.send("HGET", state, "s:node"))
                .as("not all is written that was heard")
                .isEqualTo("5");

        List<?> rest = heard(7, data(9), "new");
        assertThat(rest.getFirst()).isEqualTo(1L);
        assertThat(offsets(rest)).containsExactly("8", "9", "10", "11");
        assertThat(rest.get(8)).isEqualTo(1L);
        assertThat(rest.get(14)).as("it is written now").isEqualTo(2L);
        assertThat(redis.send("XLEN", stream)).isEqualTo(11L);
        assertThat(redis.send("HGET", state, "s:node")).isEqualTo("7");
    }

    @Test
    void whereSomethingIsMissingBetweenTheNodeHasToJoinAgain() throws Exception {
        written();
        redis.send("XDEL", stream, "4-0");
        assertThat(heard(0, "new")).isEqualTo(List.of(0L));
        assertThat(redis.send("HEXISTS", state, "s:node")).isEqualTo(0L);
    }
}
