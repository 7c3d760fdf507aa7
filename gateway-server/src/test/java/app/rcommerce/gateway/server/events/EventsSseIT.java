package app.rcommerce.gateway.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Http2Client;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics by Server-Sent Events. */
@Timeout(60)
@ExtendWith(Leaks.class)
@ParameterizedClass
@ValueSource(ints = {1, 3})
class EventsSseIT {

    private final int workers;
    private TestGateway gateway;

    EventsSseIT(int workers) {
        this.workers = workers;
    }

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start(EventsFixture.config(workers, "heartbeat = \"1s\""));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawClient.Answer refused(String path, String... fields) throws Exception {
        try (RawClient client = gateway.client()) {
            return client.get(path, fields).read();
        }
    }

    @Test
    void whatIsPublishedReachesEveryClientOnceInOrder() throws Exception {
        try (EventClient one = EventClient.open(gateway.port(), "topic=order_updates");
                EventClient two = EventClient.open(gateway.port(), "topic=order_updates")) {
            assertThat(one.field("content-type")).isEqualTo("text/event-stream");
            assertThat(one.field("cache-control")).isEqualTo("no-store");
            assertThat(one.field("x-accel-buffering")).isEqualTo("no");
            assertThat(one.field("last-event-id")).isEmpty();
            assertThat(one.block().value("retry")).isEqualTo("2000");
            for (int i = 0; i < 300; i++) {
                String id = EventsFixture.publish(gateway, "order_updates", "{\"n\":" + i + "}");
                for (EventClient client : new EventClient[] {one, two}) {
                    EventClient.Event event = client.next();
                    assertThat(event.event()).isEqualTo("order_updates");
                    assertThat(event.data()).isEqualTo("{\"n\":" + i + "}");
                    assertThat(event.id()).isEqualTo(id);
                }
            }
        }
    }

    @Test
    void whatIsNoJsonIsATextAndLinesStayLines() throws Exception {
        try (EventClient client = EventClient.open(gateway.port(), "topic=news")) {
            EventsFixture.publish(gateway, "news", "say \"hi\"");
            assertThat(client.next().data()).isEqualTo("\"say \\\"hi\\\"\"");
            EventsFixture.publish(gateway, "news", "{\r\n\"a\":1}");
            assertThat(client.next().data()).isEqualTo("{\n\"a\":1}");
            EventsFixture.publish(gateway, "news", "one\nid: forged\n\nevent: reset");
            assertThat(client.next().data()).isEqualTo("\"one\\nid: forged\\n\\nevent: reset\"");
        }
    }

    @Test
    void aClientThatComesBackGetsWhatItMissed() throws Exception {
        String first = EventsFixture.publish(gateway, "news", "1");
        EventsFixture.publish(gateway, "news", "2");
        String third = EventsFixture.publish(gateway, "news", "3");
        try (EventClient client = EventClient.open(gateway.port(), "topic=news", "Last-Event-ID: " + first)) {
            assertThat(client.field("last-event-id")).isEqualTo(first);
            assertThat(client.block().id()).isEqualTo(first);
            assertThat(client.next().data()).isEqualTo("2");
            EventClient.Event last = client.next();
            assertThat(last.data()).isEqualTo("3");
            assertThat(last.id()).isEqualTo(third);
        }
        // From where it begins is known before anything has come.
        try (EventClient client = EventClient.open(gateway.port(), "topic=news")) {
            assertThat(client.block().id()).isEqualTo(third);
        }
    }

    @Test
    void whatIsNotKeptAnyMoreIsTold() throws Exception {
        String first = EventsFixture.publish(gateway, "few", "1");
        for (int i = 2; i < 8; i++) {
            EventsFixture.publish(gateway, "few", Integer.toString(i));
        }
        try (EventClient client = EventClient.open(gateway.port(), "topic=few", "Last-Event-ID: " + first)) {
            String now = client.field("last-event-id");
            assertThat(now).endsWith(".7");
            EventClient.Event reset = client.next();
            assertThat(reset.event()).isEqualTo("reset");
            assertThat(reset.data()).isEqualTo("{\"topic\":\"few\",\"reset\":\"" + now + "\",\"recovered\":false}");
            EventsFixture.publish(gateway, "few", "8");
            assertThat(client.next().data()).isEqualTo("8");
        }
        for (String id : new String[] {"zzz.4", "x", "k.99999999999999999", "few=", ","}) {
            try (EventClient client = EventClient.open(gateway.port(), "topic=few", "Last-Event-ID: " + id)) {
                assertThat(client.next().event()).isEqualTo("reset");
            }
        }
    }

    @Test
    void severalTopicsHaveOneIdForAll() throws Exception {
        String news = EventsFixture.publish(gateway, "news", "0");
        String id;
        try (EventClient client = EventClient.open(gateway.port(), "topic=news&topic=order_updates&topic=ticks")) {
            client.block();
            EventsFixture.publish(gateway, "order_updates", "1");
            id = client.next().id();
            assertThat(id).startsWith("news=" + news + ",order_updates=").endsWith(".1");
            EventsFixture.publish(gateway, "ticks", "2");
            assertThat(client.next().id()).isEqualTo(id);
        }
        EventsFixture.publish(gateway, "order_updates", "3");
        EventsFixture.publish(gateway, "news", "4");
        try (EventClient client =
                EventClient.open(gateway.port(), "topic=news&topic=order_updates", "Last-Event-ID: " + id)) {
            assertThat(client.field("last-event-id")).isEqualTo(id);
            assertThat(new String[] {client.next().data(), client.next().data()})
                    .containsExactlyInAnyOrder("3", "4");
        }
    }

    @Test
    void theNewestMessageComesFirstWhereThatIsTheMode() throws Exception {
        EventsFixture.publish(gateway, "prices", "1");
        EventsFixture.publish(gateway, "prices", "2");
        try (EventClient client = EventClient.open(gateway.port(), "topic=prices")) {
            assertThat(client.next().data()).isEqualTo("2");
            EventsFixture.publish(gateway, "prices", "3");
            assertThat(client.next().data()).isEqualTo("3");
        }
    }

    @Test
    void topicsThatTheCallerMayNotHaveAreRefused() throws Exception {
        assertThat(refused("/events").status()).isEqualTo(400);
        assertThat(refused("/events?topic=").body()).contains("\"BAD_TOPIC\"");
        assertThat(refused("/events?topic=reset").body())
                .contains("\"BAD_TOPIC\"", "not reset, token, open, error, message");
        assertThat(refused("/events?topic=nothing").body()).contains("\"UNKNOWN_TOPIC\"");
        assertThat(refused("/events?topic=orders:ana").status()).isEqualTo(401);
        assertThat(refused("/events?topic=news&topic=staff").status()).isEqualTo(401);
        String ana = Nodes.Token.fresh("ana").field();
        assertThat(refused("/events?topic=orders:bob", ana).status()).isEqualTo(403);
        assertThat(refused("/events?topic=orders:ana:x", ana).status()).isEqualTo(404);
        assertThat(refused("/events?topic=orders:*", ana).status()).isEqualTo(400);
        assertThat(refused("/events?topic=orders:%7Buser%7D", ana).status()).isEqualTo(400);
        assertThat(refused("/events?topic=staff", ana).status()).isEqualTo(403);
        assertThat(refused("/events?topic=news&access_token=abc").body()).contains("\"TOKEN_IN_QUERY\"");
        try (EventClient client = EventClient.open(gateway.port(), "topic=orders:ana", ana)) {
            EventsFixture.publish(gateway, "orders:ana", "1", ana);
            assertThat(client.next().event()).isEqualTo("orders:ana");
        }
    }

    @Test
    void aTokenInTheQueryIsRefusedHoweverItIsSpelledAndStandsNowhere() throws Exception {
        for (String name : List.of(
                "token", "TOKEN", "Access_Token", "access%5Ftoken", "JWT", "Api_Key", "aUTHORIZATION", "Bearer")) {
            String query = "?topic=news&" + name + "=s3cr3t-t0ken";
            RawClient.Answer heard = refused("/events" + query);
            assertThat(heard.status()).as(name).isEqualTo(400);
            assertThat(heard.body()).contains("\"TOKEN_IN_QUERY\"").doesNotContain("s3cr3t");
            try (RawClient client = gateway.client()) {
                RawClient.Answer published = client.send(
                                "POST /publish" + query + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
                        .read();
                assertThat(published.status()).as(name).isEqualTo(400);
                assertThat(published.body()).contains("\"TOKEN_IN_QUERY\"").doesNotContain("s3cr3t");
            }
        }
        assertThat(gateway.finished().toString()).doesNotContain("s3cr3t");
    }

    @Test
    void aUserOfManyCharactersStaysBehindItsPrefix() throws Exception {
        String tricky = Nodes.Token.fresh("ana:bob*").field();
        assertThat(refused("/events?topic=orders:ana:bob*%0A", tricky).status()).isEqualTo(400);
        assertThat(refused("/events?topic=orders:ana", tricky).status()).isEqualTo(403);
        String digest =
                app.rcommerce.gateway.identity.Identifier.user("ana:bob*").value();
        try (EventClient client = EventClient.open(gateway.port(), "topic=orders:" + digest, tricky)) {
            EventsFixture.publish(gateway, "orders:" + digest, "1", tricky);
            assertThat(client.next().data()).isEqualTo("1");
        }
    }

    @Test
    void silenceIsFilledWithHeartbeats() throws Exception {
        try (EventClient client = EventClient.open(gateway.port(), "topic=news")) {
            client.block();
            assertThat(client.block().lines()).containsExactly(":");
            assertThat(client.block().lines()).containsExactly(":");
        }
    }

    @Test
    void aHeadIsAnsweredAtOnceAndOtherMethodsAreNot() throws Exception {
        try (RawClient client = gateway.client()) {
            RawClient.Answer answer = client.send("HEAD /events?topic=news HTTP/1.1\r\nHost: a\r\n\r\n")
                    .read(true);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("content-type")).isEqualTo("text/event-stream");
            assertThat(client.send("PUT /events?topic=news HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(405);
        }
    }

    @Test
    void itIsLoggedAsWhatItWas() throws Exception {
        try (EventClient client = EventClient.open(gateway.port(), "topic=news")) {
            client.block();
        }
        Awaitility.await()
                .until(() -> gateway.finished().stream()
                        .anyMatch(one -> one.protocol().name().equals("sse") && one.status() == 200));
    }

    @Test
    void theGatewayEndsStreamsWhenItStops() throws Exception {
        try (EventClient client = EventClient.open(gateway.port(), "topic=news")) {
            client.block();
            Thread stopping = Thread.ofVirtual().start(gateway::close);
            assertThat(client.raw().rest()).doesNotContain("event");
            stopping.join();
        }
        gateway = TestGateway.start(EventsFixture.config(workers, ""));
    }

    @Test
    void itWorksOverHttp2() throws Exception {
        stop();
        gateway = TestGateway.start(EventsFixture.config(workers, "")
                .replace("listen = [\"127.0.0.1:0\"]", "listen = [{ address = \"127.0.0.1:0\", h2c = true }]"));
        try (Http2Client client = new Http2Client(gateway.port())) {
            int news = client.get("/events?topic=news");
            int orders = client.get("/events?topic=order_updates");
            Awaitility.await().until(() -> {
                client.settle();
                return client.soFar(news).body().contains("retry")
                        && client.soFar(orders).body().contains("retry");
            });
            EventsFixture.publish(gateway, "news", "{\"a\":1}");
            EventsFixture.publish(gateway, "order_updates", "{\"b\":2}");
            Awaitility.await().until(() -> {
                client.settle();
                return client.soFar(news).body().contains("event: news\ndata: {\"a\":1}\nid: ")
                        && client.soFar(orders).body().contains("event: order_updates\ndata: {\"b\":2}\nid: ");
            });
            assertThat(client.soFar(news).field("content-type")).isEqualTo("text/event-stream");
        }
    }
}
