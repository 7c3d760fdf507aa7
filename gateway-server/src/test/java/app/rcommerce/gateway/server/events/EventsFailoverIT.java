package app.rcommerce.gateway.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.protocol.websocket.SocketClient;
import app.rcommerce.gateway.server.redis.DelayingProxy;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.Resp;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Topics at two gateways whose Redis dies, and whose replica takes over its address. */
@Tag("redis")
@Timeout(90)
@ExtendWith(Leaks.class)
class EventsFailoverIT {

    private RedisServer master;
    private RedisServer replica;
    private final List<DelayingProxy> ways = new ArrayList<>();
    private final List<TestGateway> gateways = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        master = RedisServers.own();
        master.start();
        replica = RedisServers.replicaOf(master);
        replica.start();
        Awaitility.await().until(() -> ((String) replica.send("INFO", "replication")).contains("link_status:up"));
        for (int i = 0; i < 2; i++) {
            DelayingProxy way = new DelayingProxy(master.port());
            ways.add(way);
            gateways.add(TestGateway.start("""
                    [cache]
                    cache_type = "Redis"
                    [cache.redis]
                    port = %d
                    deadline = "2s"
                    command_timeout = "2s"
                    """.formatted(way.port()) + EventsFixture.config(2, "")));
        }
        gateways.forEach(Shop::awaitStore);
        Awaitility.await()
                .untilAsserted(() -> assertThat(master.send("PUBSUB", "NUMSUB", "order_updates"))
                        .isEqualTo(List.of("order_updates", 2L)));
    }

    @AfterEach
    void stop() throws Exception {
        gateways.forEach(TestGateway::close);
        for (DelayingProxy way : ways) {
            way.close();
        }
        master.close();
        replica.close();
    }

    private EventClient open(int gateway, String... fields) throws Exception {
        return EventClient.open(gateways.get(gateway).port(), "topic=order_updates", fields);
    }

    private SocketClient socket(int gateway) throws Exception {
        SocketClient socket = SocketClient.open(gateways.get(gateway).port(), "/events?topic=order_updates");
        assertThat(socket.readMessage().text()).contains("\"subscribed\"");
        return socket;
    }

    private void replicaTakesOver() throws Exception {
        replica.send("REPLICAOF", "NO", "ONE");
        for (DelayingProxy way : ways) {
            way.lead(replica.port());
        }
    }

    @Test
    void aFailoverIsToldAsAGapAndMessagesGoOnAtTheNewMaster() throws Exception {
        try (EventClient stream = open(0);
                SocketClient socket = socket(1)) {
            String before = EventsFixture.publish(gateways.getFirst(), "order_updates", "1");
            assertThat(stream.next().id()).isEqualTo(before);
            assertThat(socket.readMessage().text()).contains("\"id\":\"" + before + "\"");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(replica.send("XLEN", "msg:queue:{order_updates}"))
                            .isEqualTo(1L));
            master.kill();
            replicaTakesOver();

            EventClient.Event reset = stream.next();
            assertThat(reset.event()).isEqualTo("reset");
            assertThat(socket.readMessage().text()).contains("\"recovered\":false");
            gateways.forEach(Shop::awaitStore);
            try (Resp platform = new Resp(replica.port())) {
                platform.send("PUBLISH", "order_updates", "2");
            }
            EventClient.Event here = stream.next();
            assertThat(here.data()).isEqualTo("2");
            assertThat(socket.readMessage().text()).contains("\"id\":\"" + here.id() + "\"", "\"data\":2");
            String last = EventsFixture.publish(gateways.get(1), "order_updates", "3");
            assertThat(stream.next().id()).isEqualTo(last);

            try (EventClient back = open(1, "Last-Event-ID: " + here.id())) {
                assertThat(back.field("last-event-id")).isEqualTo(here.id());
                assertThat(back.next().id()).as("by another node").isEqualTo(last);
            }
            try (EventClient back = open(1, "Last-Event-ID: " + before)) {
                assertThat(back.next().event()).as("from before the failover").isEqualTo("reset");
            }
        }
    }

    @Test
    void aStreamThatBeginsWhileRedisIsAwaySaysSoAndGoesOnBehindIt() throws Exception {
        master.kill();
        try (EventClient stream = open(0)) {
            EventClient.Event first = stream.next();
            assertThat(first.event()).isEqualTo("reset");
            assertThat(first.data())
                    .isEqualTo("{\"topic\":\"order_updates\",\"reset\":true,\"recovered\":false,\"degraded\":true}");

            replicaTakesOver();
            EventClient.Event reset = stream.next();
            assertThat(reset.event()).isEqualTo("reset");
            assertThat(reset.data()).contains("\"recovered\":false").doesNotContain("degraded");
            gateways.forEach(Shop::awaitStore);
            String id = EventsFixture.publish(gateways.get(1), "order_updates", "1");
            assertThat(stream.next().id()).isEqualTo(id);
        }
    }
}
