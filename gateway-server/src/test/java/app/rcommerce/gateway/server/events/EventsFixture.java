package app.rcommerce.gateway.server.events;

import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.token.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A gateway with topics, and what is published on them. */
final class EventsFixture {

    private EventsFixture() {}

    /** A configuration with topics for everybody, and for users; and more keys of both routes. */
    static String config(int workers, String more) {
        return config(workers, more, "");
    }

    static String config(int workers, String more, String server) {
        return """
                [server]
                listen = ["127.0.0.1:0"]
                workers = %d
                shutdown_grace = "2s"
                trusted_proxies = ["127.0.0.0/8"]
                %s
                [server.admin]
                listen = "127.0.0.1:0"
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                [[routes]]
                name = "events"
                path = "/events"
                handler = "events"
                auth = "optional"
                topics = ["order_updates", "news", { name = "prices", mode = "latest" },
                  { name = "ticks", delivery = "live" }, { name = "few", history = { messages = 3 } },
                  { name = "orders:{user}" }, { name = "staff", scopes = ["staff:read"] },
                  { name = "room", presence = true }]
                %s
                [[routes]]
                name = "publish"
                path = "/publish"
                handler = "publish"
                auth = "optional"
                topics = ["order_updates", "news", "prices", { name = "ticks", delivery = "live" },
                  { name = "few", history = { messages = 3 } }, { name = "staff", scopes = ["staff:write"] },
                  "orders:{user}", "room"]
                max_message = "8KB"
                """.formatted(workers, server, Tokens.SECRET, more);
    }

    /** Publishes, and returns the id that was answered; empty where there is none. */
    static String publish(TestGateway gateway, String topic, String data, String... fields) throws IOException {
        RawClient.Answer answer = answer(gateway, topic, data, fields);
        if (answer.status() != 202) {
            throw new IOException("answered with " + answer);
        }
        return answer.body().replaceAll(".*\"id\":\"?([^\"}]*)\"?}.*", "$1").replace("null", "");
    }

    static RawClient.Answer answer(TestGateway gateway, String topic, String data, String... fields)
            throws IOException {
        try (RawClient client = gateway.client()) {
            byte[] content = data.getBytes(StandardCharsets.UTF_8);
            StringBuilder head = new StringBuilder("POST /publish?topic=" + topic
                    + " HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\nContent-Length: "
                    + content.length + "\r\n");
            for (String field : fields) {
                head.append(field).append("\r\n");
            }
            client.send(head + "\r\n");
            return client.send(content).read();
        }
    }
}
