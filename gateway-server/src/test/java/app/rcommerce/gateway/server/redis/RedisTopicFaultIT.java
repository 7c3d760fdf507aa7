package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.store.topic.HeardMessages;
import app.rcommerce.gateway.store.topic.Replay;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Topics while connections break, nodes die and Redis comes back empty: a gap is told, and none is told for nothing.
 */
@Tag("redis")
class RedisTopicFaultIT {

    private static final TopicFeed FEED =
            new TopicFeed("orders", "order_updates", new History(1000, Duration.ofMinutes(5)), false);

    private final RedisServer redis = RedisServers.own();
    private final List<Node> nodes = new ArrayList<>();
    private Resp publisher;

    /** A node with a way to Redis of its own. */
    private final class Node {
        private final DelayingProxy way = new DelayingProxy(redis.port());
        private final RedisBackend backend = RedisBackend.connect(
                TestRedis.cache(
                        TestRedis.config(way.port())
                                .deadline(Duration.ofSeconds(1))
                                .build(),
                        KeyTemplates.DEFAULTS),
                RedisBackend.Needs.ALL,
                TestRedis.TRANSPORT,
                Clock.system(),
                RedisEvents.NONE);
        private final HeardMessages heard = new HeardMessages();

        Node() throws IOException {
            nodes.add(this);
        }

        TopicStore topics() {
            return backend.stores().topics();
        }

        Node hearing() {
            topics().listen(FEED, heard);
            soon(() -> assertThat(heard.hears()).isTrue());
            return this;
        }

        Replay replay(Position since) {
            return topics().replay(FEED, since).toCompletableFuture().join();
        }
    }

    private static void soon(Runnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(assertion::run);
    }

    @BeforeEach
    void start() throws Exception {
        redis.start();
        publisher = new Resp(redis.port());
    }

    @AfterEach
    void stop() throws Exception {
        for (Node node : nodes) {
            node.backend.close();
            node.way.close();
        }
        publisher.close();
        redis.close();
    }

    private void publish(String data) throws IOException {
        publisher.send("PUBLISH", FEED.channel(), data);
    }

    private void publish(int from, int to) throws IOException {
        for (int i = from; i <= to; i++) {
            publish(Integer.toString(i));
        }
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    private static Position last(HeardMessages heard) {
        return Objects.requireNonNull(heard.messages().getLast().position());
    }

    @Test
    void aNodeWhoseSubscriptionBreaksIsToldByTheOthersWhatItMissed() throws Exception {
        Node stays = new Node().hearing();
        Node breaks = new Node().hearing();
        publish(1, 3);
        soon(() -> assertThat(breaks.heard.data()).isEqualTo(numbers(1, 3)));
        for (int round = 0; round < 5; round++) {
            breaks.way.cut();
            int from = 4 + 10 * round;
            publish(from, from + 9);
            soon(() -> assertThat(breaks.heard.data()).isEqualTo(numbers(1, from + 9)));
        }
        assertThat(stays.heard.messages()).isEqualTo(breaks.heard.messages());
        assertThat(stays.heard.told()).containsExactly("began");
        assertThat(breaks.heard.told().subList(1, 3)).containsExactly("lost", "unbroken");
        assertThat(breaks.heard.told()).containsOnlyOnce("began");
    }

    @Test
    void aConnectionThatIsNotAnsweredIsMadeAnewAndNothingIsMissed() throws Exception {
        Node stays = new Node().hearing();
        Node breaks = new Node().hearing();
        publish(1, 3);
        soon(() -> assertThat(breaks.heard.data()).isEqualTo(numbers(1, 3)));

        // One that has died in silence.
        breaks.way.silence();
        publish(4, 6);
        soon(() -> assertThat(breaks.heard.data()).isEqualTo(numbers(1, 6)));

        // Those in its place are taken, and nobody answers.
        breaks.way.ignore(true);
        breaks.way.cut();
        soon(() -> assertThat(breaks.heard.hears()).isFalse());
        TestRedis.time().idle(Duration.ofSeconds(3));
        publish(7, 9);
        breaks.way.ignore(false);
        soon(() -> assertThat(breaks.heard.data()).isEqualTo(numbers(1, 9)));
        assertThat(stays.heard.messages()).isEqualTo(breaks.heard.messages());
        assertThat(breaks.heard.told()).containsOnlyOnce("began");
    }

    @Test
    void whereNobodyElseHasHeardANewEpochBegins() throws Exception {
        Node alone = new Node().hearing();
        publish(1, 3);
        soon(() -> assertThat(alone.heard.data()).hasSize(3));
        Position before = last(alone.heard);
        alone.way.cut();
        soon(() -> assertThat(alone.heard.told()).containsExactly("began", "lost", "began"));
        publish("4");
        soon(() -> assertThat(alone.heard.data()).hasSize(4));

        assertThat(last(alone.heard).epoch()).isNotEqualTo(before.epoch());
        assertThat(last(alone.heard).offset()).isEqualTo(before.offset() + 1);
        assertThat(alone.replay(before).recovered()).isFalse();
    }

    @Test
    void aNodeThatComesLaterGoesOnInTheSameEpoch() throws Exception {
        Node first = new Node().hearing();
        publish(1, 3);
        soon(() -> assertThat(first.heard.data()).hasSize(3));
        Node second = new Node().hearing();
        publish(4, 6);
        soon(() -> assertThat(second.heard.data()).isEqualTo(numbers(4, 6)));
        Position seen = Objects.requireNonNull(first.heard.messages().getFirst().position());

        assertThat(second.replay(seen).recovered()).isTrue();
        assertThat(second.replay(seen).messages())
                .extracting(TopicMessage::data)
                .isEqualTo(numbers(2, 6));
        // The first one may leave now: the second one has heard all.
        first.backend.close();
        publish(7, 9);
        soon(() -> assertThat(second.heard.data()).isEqualTo(numbers(4, 9)));
        assertThat(second.heard.told()).containsExactly("began");
        assertThat(second.replay(seen).recovered()).isTrue();
    }

    /**
     * The last position that a node has heard which was killed then, as Redis sees it: it never says that it leaves.
     */
    private Position heardByOneThatWasKilled() throws Exception {
        Node killed = new Node().hearing();
        publish(1, 3);
        soon(() -> assertThat(killed.heard.data()).hasSize(3));
        Position seen = last(killed.heard);
        killed.way.close();
        killed.way.cut();
        return seen;
    }

    /** What is lost now is a gap for whoever has heard up to this position. */
    private void whatIsLostIsAGapAfter(Position seen) throws Exception {
        publish("lost");
        Node next = new Node().hearing();
        publish("5");
        soon(() -> assertThat(next.heard.data()).containsExactly("5"));

        assertThat(next.replay(seen).recovered()).isFalse();
        assertThat(last(next.heard).epoch()).isNotEqualTo(seen.epoch());
    }

    /** A node that is killed says nothing; nobody can say what was published before the next one listened. */
    @Test
    void whatWasPublishedAfterTheLastNodeWasKilledIsAGap() throws Exception {
        whatIsLostIsAGapAfter(heardByOneThatWasKilled());
    }

    /** What such a node had shown by then proves nothing of later, though it seems to be of a later time. */
    @Test
    void itIsAGapTooWhereTheClockWasSetBackMeanwhile() throws Exception {
        Position seen = heardByOneThatWasKilled();
        String later = Long.toString((System.currentTimeMillis() + 3_600_000) * 1_000);
        for (Object field : (List<?>) publisher.send("HKEYS", "rcommerce:gateway:topic:{order_updates}")) {
            if (field.toString().startsWith("s:")) {
                publisher.send("HSET", "rcommerce:gateway:topic:{order_updates}", field.toString(), later);
            }
        }
        whatIsLostIsAGapAfter(seen);
    }

    @Test
    void aRedisThatComesBackEmptyBeginsANewEpoch() throws Exception {
        Node one = new Node().hearing();
        Node other = new Node().hearing();
        publish(1, 3);
        soon(() -> assertThat(other.heard.data()).hasSize(3));
        soon(() -> assertThat(one.heard.data()).hasSize(3));
        Position seen = last(one.heard);
        redis.kill();
        soon(() -> assertThat(one.heard.hears()).isFalse());
        soon(() -> assertThat(other.heard.hears()).isFalse());
        redis.start();
        soon(() -> assertThat(one.heard.hears()).isTrue());
        soon(() -> assertThat(other.heard.hears()).isTrue());
        publisher.close();
        publisher = new Resp(redis.port());
        publish(4, 5);
        soon(() -> assertThat(one.heard.data()).isEqualTo(numbers(1, 5)));
        soon(() -> assertThat(other.heard.data()).isEqualTo(numbers(1, 5)));

        assertThat(last(one.heard)).isEqualTo(last(other.heard));
        assertThat(last(one.heard).epoch()).isNotEqualTo(seen.epoch());
        assertThat(one.heard.told()).endsWith("lost", "began");
        assertThat(one.replay(seen).recovered()).isFalse();
    }

    @Test
    void keysThatVanishOrAreOfAnotherKindAreAGapAndNothingWorse() throws Exception {
        Node one = new Node().hearing();
        Node other = new Node().hearing();
        publish(1, 2);
        soon(() -> assertThat(one.heard.data()).hasSize(2));
        soon(() -> assertThat(other.heard.data()).hasSize(2));
        Position seen = last(one.heard);
        publisher.send("FLUSHALL");
        publisher.send("SET", "rcommerce:gateway:topic:{order_updates}", "garbage");
        publisher.send("SET", "msg:queue:{order_updates}", "garbage");
        publish("lost, or not");
        soon(() -> assertThat(one.heard.told()).endsWith("lost", "began"));
        soon(() -> assertThat(other.heard.told()).endsWith("lost", "began"));
        soon(() -> assertThat(one.heard.hears() && other.heard.hears()).isTrue());
        publish("next");
        soon(() -> assertThat(one.heard.data()).endsWith("next"));
        soon(() -> assertThat(other.heard.data()).endsWith("next"));

        assertThat(last(one.heard)).isEqualTo(last(other.heard));
        assertThat(last(one.heard).epoch()).isNotEqualTo(seen.epoch());
    }

    @Test
    void anEntryThatSomebodyElseHasWrittenIsNoMessageLost() throws Exception {
        Node one = new Node().hearing();
        publish(1, 2);
        soon(() -> assertThat(one.heard.data()).hasSize(2));
        publisher.send("XTRIM", "msg:queue:{order_updates}", "MAXLEN", "0");
        publish(3, 4);
        soon(() -> assertThat(one.heard.data()).isEqualTo(numbers(1, 4)));
        Position first = Objects.requireNonNull(one.heard.messages().getFirst().position());
        assertThat(one.replay(first).recovered()).isFalse();
        assertThat(one.replay(Objects.requireNonNull(one.heard.messages().get(1).position()))
                        .recovered())
                .isTrue();
    }

    /** What other nodes have written is read a part at a time: neither many nor large messages are a gap. */
    @Test
    void whoIsFarBehindCatchesUpWithoutAGap() throws Exception {
        Node one = new Node().hearing();
        writtenByAnother(1, 6_000, 0);
        soon(() -> assertThat(one.heard.messages()).hasSize(6_000));
        writtenByAnother(6_001, 6_030, 200_000);
        soon(() -> assertThat(one.heard.messages()).hasSize(6_030));
        publish("next");
        soon(() -> assertThat(one.heard.messages()).hasSize(6_031));

        assertThat(one.heard.told()).containsExactly("began");
        assertThat(one.heard.messages().stream()
                        .map(message ->
                                Objects.requireNonNull(message.position()).offset()))
                .isEqualTo(LongStream.rangeClosed(1, 6_031).boxed().toList());
        assertThat(last(one.heard).offset()).isEqualTo(6_031);
    }

    /** Writes and publishes messages in one step, as if another node had heard all of them first. */
    private void writtenByAnother(int from, int to, int length) throws IOException {
        publisher.send(
                "EVAL",
                """
                local time = redis.call('TIME')
                for i = ARGV[1], ARGV[2] do
                  local data = i .. string.rep('x', ARGV[3])
                  redis.call('XADD', KEYS[2], i .. '-0', 'd', data, 't', time[1] * 1000000 + time[2])
                  redis.call('PUBLISH', ARGV[4], data)
                end
                redis.call('HSET', KEYS[1], 'top', ARGV[2])
                """,
                "2",
                "rcommerce:gateway:topic:{order_updates}",
                "msg:queue:{order_updates}",
                from,
                to,
                length,
                FEED.channel());
    }

    @Test
    void aRedisThatMayNotBeWrittenToIsToldAsAGap() throws Exception {
        Node one = new Node().hearing();
        publish("1");
        soon(() -> assertThat(one.heard.data()).hasSize(1));
        publisher.send("CONFIG", "SET", "maxmemory", "1");
        publish("2");
        soon(() -> assertThat(one.heard.hears()).isFalse());
        publisher.send("CONFIG", "SET", "maxmemory", "0");
        soon(() -> assertThat(one.heard.told()).containsExactly("began", "lost", "began"));
        publish("3");
        soon(() -> assertThat(one.heard.data()).containsExactly("1", "3"));
    }

    @Test
    void eachNodeHasOneSubscriptionHoweverManyListen() throws Exception {
        Node one = new Node().hearing();
        Node other = new Node().hearing();
        List<HeardMessages> more =
                IntStream.range(0, 50).mapToObj(i -> new HeardMessages()).toList();
        more.forEach(heard -> one.topics().listen(FEED, heard));
        soon(() -> assertThat(more).allMatch(HeardMessages::hears));
        assertThat(publisher.send("PUBSUB", "NUMSUB", "order_updates")).isEqualTo(List.of("order_updates", 2L));
        publish(1, 5);
        soon(() -> assertThat(more).allMatch(heard -> heard.data().equals(numbers(1, 5))));
        soon(() -> assertThat(other.heard.data()).hasSize(5));
        assertThat(publisher.send("XLEN", "msg:queue:{order_updates}")).isEqualTo(5L);
        assertThat((Long) publisher.send("PTTL", "msg:queue:{order_updates}")).isBetween(200_000L, 300_000L);
        assertThat((Long) publisher.send("PTTL", "rcommerce:gateway:topic:{order_updates}"))
                .isBetween(3_600_000L, 4_000_000L);
    }

    @Test
    void aTopicThatNobodyListensToIsLeftOnceItsHistoryIsOver() throws Exception {
        Node one = new Node();
        TopicFeed brief = new TopicFeed("brief", "brief", new History(10, Duration.ofMillis(500)), false);
        HeardMessages heard = new HeardMessages();
        TopicStore.Listening listening = one.topics().listen(brief, heard);
        soon(() -> assertThat(heard.hears()).isTrue());
        Position end = Objects.requireNonNull(heard.end());
        listening.end();
        publisher.send("PUBLISH", "brief", "while nobody listens");
        Replay replay = one.topics().replay(brief, end).toCompletableFuture().join();
        Awaitility.await()
                .until(() -> one.topics()
                                .replay(brief, end)
                                .toCompletableFuture()
                                .join()
                                .messages()
                                .size()
                        == 1);
        assertThat(replay.end()).isNotNull();
        soon(() -> {
            try {
                assertThat(publisher.send("PUBSUB", "NUMSUB", "brief")).isEqualTo(List.of("brief", 0L));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aNodeThatHasNotShownItselfForLongIsNotWaitedFor() throws Exception {
        Node first = new Node().hearing();
        first.backend.close();
        long longAgo = (System.currentTimeMillis() - 3_600_000) * 1_000;
        publisher.send("HSET", "rcommerce:gateway:topic:{order_updates}", "s:dead", Long.toString(longAgo));
        new Node().hearing();
        assertThat(publisher.send("HEXISTS", "rcommerce:gateway:topic:{order_updates}", "s:dead"))
                .isEqualTo(0L);
    }

    /**
     * Clients of topics of their own leave by the thousand, and may come back; not all of these topics are heard on.
     */
    @Test
    void noMoreTopicsAreHeardForNobodyThanMayBe() throws Exception {
        Node node = new Node();
        int most = 10_000;
        List<TopicStore.Listening> all = new ArrayList<>();
        for (int i = 0; i < most + 20; i++) {
            all.add(node.topics()
                    .listen(
                            new TopicFeed("mine", "mine:" + i, new History(10, Duration.ofHours(5)), false),
                            new HeardMessages()));
        }
        // Half a minute of work where each use of a buffer is recorded, as in these tests.
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(channels()).hasSize(most + 20));
        all.forEach(TopicStore.Listening::end);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(channels())
                        .hasSize(most)
                        .doesNotContain("mine:0")
                        .contains("mine:" + most));
    }

    private List<String> channels() {
        try {
            return ((List<?>) publisher.send("PUBSUB", "CHANNELS", "mine:*"))
                    .stream().map(String::valueOf).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Nodes come, break and go at random while messages are published: whoever was told of no gap has heard every
     * message between the first and the last one, and no place has two messages.
     */
    @RepeatedTest(2)
    void noGapIsHiddenWhateverBreaks() throws Exception {
        List<Node> alive = new ArrayList<>(List.of(new Node().hearing(), new Node().hearing(), new Node().hearing()));
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Set<String> doubtful = new HashSet<>();
        int published = 0;
        int ours = 0;
        for (int round = 0; round < 60; round++) {
            for (int i = random.nextInt(8); i > 0; i--) {
                publish(Integer.toString(++published));
            }
            switch (random.nextInt(6)) {
                case 0, 1 -> alive.get(random.nextInt(alive.size())).way.cut();
                case 2 -> {
                    if (alive.size() > 1) {
                        alive.remove(random.nextInt(alive.size())).backend.close();
                    }
                }
                case 3 -> {
                    if (alive.size() < 4) {
                        alive.add(new Node().hearing());
                    }
                }
                case 4 -> {
                    String data = "own " + ++ours;
                    try {
                        alive.getFirst()
                                .topics()
                                .publish(FEED, data)
                                .toCompletableFuture()
                                .join();
                    } catch (CompletionException e) {
                        // The way to Redis was just cut: it may have been published, or not.
                        doubtful.add(data);
                    }
                }
                default -> Thread.sleep(random.nextInt(40));
            }
        }
        for (Node node : alive) {
            soon(() -> assertThat(node.heard.hears()).isTrue());
        }
        // More than once: two nodes that begin an epoch at the same time agree on one of them afterwards, which is a
        // gap.
        for (Node node : alive) {
            soon(() -> {
                end();
                assertThat(node.heard.data()).endsWith("end");
            });
        }
        for (Node node : nodes) {
            judge(node.heard, doubtful);
        }
    }

    private void end() {
        try {
            publish("end");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void judge(HeardMessages heard, Set<String> doubtful) {
        List<TopicMessage> epoch = new ArrayList<>();
        for (TopicMessage message : heard.messages()) {
            Position position = Objects.requireNonNull(message.position());
            if (!epoch.isEmpty()) {
                Position before = Objects.requireNonNull(epoch.getLast().position());
                if (position.epoch().equals(before.epoch())) {
                    assertThat(position.offset()).as("behind %s", before).isEqualTo(before.offset() + 1);
                } else {
                    judge(epoch, doubtful);
                    epoch.clear();
                }
            }
            epoch.add(message);
        }
        judge(epoch, doubtful);
    }

    /** Of one epoch: what each publisher has published came in order, without a hole. */
    private static void judge(List<TopicMessage> epoch, Set<String> doubtful) {
        int others = -1;
        int own = -1;
        for (TopicMessage message : epoch) {
            if (message.data().startsWith("own ")) {
                int number = Integer.parseInt(message.data().substring("own ".length()));
                while (own >= 0 && own + 1 < number && doubtful.contains("own " + (own + 1))) {
                    own++;
                }
                assertThat(number).as("%s in %s", message, epoch).isEqualTo(own < 0 ? number : own + 1);
                own = number;
            } else if (!message.data().equals("end")) {
                int number = Integer.parseInt(message.data());
                assertThat(number).as("%s in %s", message, epoch).isEqualTo(others < 0 ? number : others + 1);
                others = number;
            }
        }
    }
}
