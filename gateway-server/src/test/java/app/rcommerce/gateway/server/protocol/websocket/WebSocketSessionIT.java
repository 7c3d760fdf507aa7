package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets whose callers present a login session. */
@Tag("redis")
@Timeout(60)
@ExtendWith(Leaks.class)
@ParameterizedClass
@ValueSource(strings = {"near", "strict"})
class WebSocketSessionIT {

    private final String consistency;
    private RedisServer redis;
    private RawUpstream upstream;
    private TestGateway gateway;

    WebSocketSessionIT(String consistency) {
        this.consistency = consistency;
    }

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        upstream = new RawUpstream(SocketServer::echo);
        gateway = TestGateway.start("""
                [cache]
                cache_type = "Redis"
                consistency = "%s"
                [cache.redis]
                port = %d
                deadline = "2s"
                command_timeout = "2s"
                [auth.session]
                cookie = "sid"
                """.formatted(consistency, redis.port())
                + SocketServer.config(upstream.port(), 2, "")
                        .replace("path = \"/**\"", "path = \"/**\"\nauth = [\"session\"]")
                + """

                [[routes]]
                name = "events"
                path = "/events"
                handler = "events"
                auth = ["session"]
                topics = ["orders:{user}"]
                """);
        Shop.awaitStore(gateway);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        upstream.close();
        redis.close();
    }

    private String signIn(String user) throws Exception {
        String id = UUID.randomUUID().toString();
        redis.send("SET", "session:" + id, "{\"user_id\":\"" + user + "\"}", "EX", "600");
        return id;
    }

    private static String cookie(String id) {
        return "Cookie: sid=" + id;
    }

    @Test
    void anOpenSocketEndsWithItsSession() throws Exception {
        String id = signIn("ana");
        String other = signIn("ben");
        try (SocketClient ends = SocketClient.open(gateway.port(), "/ws", cookie(id));
                SocketClient stays = SocketClient.open(gateway.port(), "/ws", cookie(other))) {
            assertThat(ends.text("open").readMessage().text()).isEqualTo("open");
            redis.send("DEL", "session:" + id);
            assertThat(ends.readClose()).isEqualTo(4401);
            assertThat(stays.text("still").readMessage().text()).isEqualTo("still");
        }
    }

    @Test
    void whatATicketOfASessionOpensEndsWithIt() throws Exception {
        String id = signIn("ana");
        String ticket;
        try (RawClient client = gateway.client()) {
            ticket = client.send("POST /events HTTP/1.1\r\nHost: shop.test\r\nSec-Fetch-Site: same-origin\r\n"
                            + "Content-Length: 0\r\n" + cookie(id) + "\r\n\r\n")
                    .read()
                    .body()
                    .substring(11, 54);
        }
        try (SocketClient opened = SocketClient.open(gateway.port(), "/events?topic=orders:ana&ticket=" + ticket)) {
            assertThat(opened.readMessage().text()).contains("\"subscribed\"");
            redis.send("DEL", "session:" + id);
            assertThat(opened.readClose()).isEqualTo(4401);
        }
    }

    @Test
    void noPageOfAnotherSiteOpensASocketWithTheSession() throws Exception {
        String id = signIn("ana");
        try (RawClient client = gateway.client()) {
            RawClient.Answer refused = client.send(
                            SocketClient.handshake("/ws", cookie(id), "Origin: https://evil.example"))
                    .read();
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).contains("CROSS_SITE_REQUEST");
        }
    }
}
