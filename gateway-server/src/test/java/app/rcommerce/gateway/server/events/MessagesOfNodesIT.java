package app.rcommerce.gateway.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.Resp;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.testing.Toml;
import app.rcommerce.gateway.topic.TopicMessage;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Topics at two gateways on one Redis, published as the platform does. */
@Tag("redis")
@Timeout(90)
@ExtendWith(Leaks.class)
class MessagesOfNodesIT {

    private RedisServer redis;
    private Resp platform;
    private final List<TestGateway> gateways = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        platform = new Resp(redis.port());
        gateways.add(gateway());
        gateways.add(gateway());
        Awaitility.await()
                .untilAsserted(() -> assertThat(platform.send("PUBSUB", "NUMSUB", "order_updates"))
                        .isEqualTo(List.of("order_updates", 2L)));
    }

    private TestGateway gateway() throws Exception {
        TestGateway gateway = TestGateway.start(config(100));
        Shop.awaitStore(gateway);
        return gateway;
    }

    private String config(int kept) {
        return Toml.node(2) + """
                [cache]
                cache_type = "Redis"
                [cache.redis]
                port = %d
                deadline = "2s"
                command_timeout = "2s"
                [[routes]]
                name = "events"
                path = "/events"
                handler = "events"
                auth = "none"
                topics = ["order_updates", { name = "room", presence = true }, { name = "live", delivery = "live" }]
                history = { messages = %d }
                """.formatted(redis.port(), kept);
    }

    @AfterEach
    void stop() throws Exception {
        gateways.forEach(TestGateway::close);
        platform.close();
        redis.close();
    }

    private EventClient open(int gateway, String... fields) throws Exception {
        return EventClient.open(gateways.get(gateway).port(), "topic=order_updates", fields);
    }

    private void publish(int number) throws Exception {
        platform.send("PUBLISH", "order_updates", "{\"n\":" + number + "}");
    }

    @Test
    void aMessageHasTheSamePlaceOnEveryNodeAndIsKeptOnce() throws Exception {
        try (EventClient one = open(0);
                EventClient other = open(1)) {
            for (int i = 0; i < 10; i++) {
                publish(i);
            }
            for (int i = 0; i < 10; i++) {
                EventClient.Event here = one.next();
                EventClient.Event there = other.next();
                assertThat(here.data()).isEqualTo("{\"n\":" + i + "}");
                assertThat(there).isEqualTo(here);
            }
            assertThat(platform.send("XLEN", "msg:queue:{order_updates}")).isEqualTo(10L);
        }
    }

    @Test
    void whoComesBackToAnotherNodeGetsWhatItHasMissed() throws Exception {
        String id;
        try (EventClient client = open(0)) {
            publish(1);
            id = client.next().id();
        }
        gateways.removeFirst().close();
        for (int i = 2; i < 6; i++) {
            publish(i);
        }
        try (EventClient client = open(0, "Last-Event-ID: " + id)) {
            assertThat(client.field("last-event-id")).isEqualTo(id);
            for (int i = 2; i < 6; i++) {
                assertThat(client.next().data()).isEqualTo("{\"n\":" + i + "}");
            }
        }
    }

    /** Nobody is connected for a moment, and nothing is lost: nodes hear topics whether they have clients or not. */
    @Test
    void whatIsPublishedWhileNobodyIsThereIsKept() throws Exception {
        String id;
        try (EventClient client = open(0)) {
            publish(1);
            id = client.next().id();
        }
        Awaitility.await().until(() -> gateways.getFirst().openConnections() == 0);
        publish(2);
        try (EventClient client = open(1, "Last-Event-ID: " + id)) {
            assertThat(client.field("last-event-id")).isEqualTo(id);
            assertThat(client.next().data()).isEqualTo("{\"n\":2}");
        }
        try (EventClient client = EventClient.open(gateways.get(1).port(), "topic=order_updates&last_event_id=" + id)) {
            assertThat(client.next().data()).as("as a new page asks").isEqualTo("{\"n\":2}");
        }
        assertThat(platform.send("PUBSUB", "NUMSUB", "live"))
                .as("of what is not kept nothing is heard for nobody")
                .isEqualTo(List.of("live", 0L));
    }

    @Test
    void aReloadThatKeepsMoreHoldsAtOnceAndLosesNothing() throws Exception {
        String id;
        try (EventClient client = open(0)) {
            publish(1);
            id = client.next().id();
            for (TestGateway gateway : gateways) {
                gateway.gateway().reload(TestGateway.config(config(5_000)));
            }
            assertThat(client.raw().isEnded()).as("its route has changed").isTrue();
        }
        for (int i = 2; i <= 1_500; i++) {
            publish(i);
        }
        try (EventClient client = open(1, "Last-Event-ID: " + id)) {
            assertThat(client.field("last-event-id")).isEqualTo(id);
            for (int i = 2; i <= 1_500; i++) {
                assertThat(client.next().data()).isEqualTo("{\"n\":" + i + "}");
            }
        }
    }

    @Test
    void aMessageThatIsTooLongIsToldAsAGapOnEveryNode() throws Exception {
        try (EventClient one = open(0);
                EventClient other = open(1)) {
            publish(1);
            String before = one.next().id();
            assertThat(other.next().id()).isEqualTo(before);
            platform.send("PUBLISH", "order_updates", '"' + "x".repeat(TopicMessage.LONGEST - 1) + '"');
            assertThat(one.next().data()).contains("\"recovered\":false");
            assertThat(other.next().event()).isEqualTo("reset");
            publish(2);
            EventClient.Event here = one.next();
            assertThat(here.data()).isEqualTo("{\"n\":2}");
            assertThat(other.next()).isEqualTo(here);
            try (EventClient back = open(0, "Last-Event-ID: " + before)) {
                assertThat(back.next().event()).isEqualTo("reset");
            }
            platform.send("PUBLISH", "order_updates", '"' + "x".repeat(TopicMessage.LONGEST - 2) + '"');
            assertThat(one.next().data()).hasSize(TopicMessage.LONGEST);
            assertThat(other.next().data()).hasSize(TopicMessage.LONGEST);
        }
    }

    @Test
    void aRedisThatComesBackEmptyIsToldAsAGap() throws Exception {
        try (EventClient one = open(0);
                EventClient other = open(1)) {
            publish(1);
            assertThat(one.next().data()).isEqualTo(other.next().data());
            redis.kill();
            redis.start();
            assertThat(one.next().event()).isEqualTo("reset");
            assertThat(other.next().event()).isEqualTo("reset");
            platform.close();
            platform = new Resp(redis.port());
            publish(2);
            EventClient.Event here = one.next();
            assertThat(here.data()).isEqualTo("{\"n\":2}");
            assertThat(other.next()).isEqualTo(here);
        }
    }

    @Test
    void whoIsThereIsKnownOnEveryNode() throws Exception {
        try (EventClient one = EventClient.open(gateways.getFirst().port(), "topic=room");
                EventClient other = EventClient.open(gateways.get(1).port(), "topic=room")) {
            assertThat(one).isNotSameAs(other);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(Shop.admin(gateways.get(1), "GET", "topics/room", ""))
                            .contains("\"others\":2"));
        }
    }
}
