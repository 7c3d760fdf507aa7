package app.rcommerce.gateway.server.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sample shop tells of its orders: each is published on the topic {@code order_updates}, by the admin port.
 * Safe for any thread that may block.
 */
public final class OrderUpdates implements Consumer<String> {

    private static final Logger LOG = LoggerFactory.getLogger(OrderUpdates.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI topic;

    /** Publishes by the admin port on this port of the loopback address. */
    public OrderUpdates(int adminPort) {
        this.topic = URI.create("http://127.0.0.1:" + adminPort + "/admin/v1/topics/order_updates");
    }

    @Override
    public void accept(String order) {
        HttpRequest request = HttpRequest.newBuilder(topic)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(order))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                LOG.warn("an order was not published: {}", answer.body());
            }
        } catch (IOException e) {
            LOG.warn("an order was not published: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
