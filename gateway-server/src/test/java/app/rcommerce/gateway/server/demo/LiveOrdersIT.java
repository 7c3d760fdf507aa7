package app.rcommerce.gateway.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import app.rcommerce.gateway.server.testing.Browser;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of the demonstration in two tabs of a browser, where there is one. */
@Timeout(180)
class LiveOrdersIT {

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<OrderUpdates> published = new CopyOnWriteArrayList<>();
    private TestGateway gateway;
    private Browser browser;

    @BeforeEach
    void start() throws Exception {
        Optional<String> executable = Browser.executable();
        assumeThat(executable).as("a Chromium on the PATH").isPresent();
        SampleShop shop = SampleShop.start(0, order -> published.forEach(updates -> updates.accept(order)));
        open.add(shop);
        gateway = TestGateway.start(DemoConfig.of(0, 0, shop.port(), null).toml());
        open.add(gateway);
        published.add(new OrderUpdates(gateway.gateway().adminAddress().getPort()));
        browser = Browser.start(executable.orElseThrow(), folder);
        open.add(browser);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private Browser.Tab tab(int life) throws Exception {
        Browser.Tab tab = browser.open("http://127.0.0.1:" + gateway.port() + "/demo?life=" + life);
        open.add(tab);
        soon(() -> assertThat(tab.text("events-state")).isEqualTo("connected"));
        soon(() -> assertThat(tab.text("socket-state")).startsWith("connected"));
        return tab;
    }

    private static void soon(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(40)).untilAsserted(assertion);
    }

    /** Places an order as curl does; returns its id. */
    private String order() throws IOException {
        try (RawClient client = gateway.client()) {
            RawClient.Answer answer = client.send("POST /api/v1/orders HTTP/1.1\r\nHost: shop.test\r\nX-API-Key: "
                            + DemoConfig.apiKey() + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                    .read();
            assertThat(answer.status()).isEqualTo(201);
            return Pattern.compile("ord_[0-9]+")
                    .matcher(answer.body())
                    .results()
                    .findFirst()
                    .orElseThrow()
                    .group();
        }
    }

    private static void shows(Browser.Tab tab, String list, List<String> orders) {
        soon(() -> assertThat(tab.text(list).lines().map(line -> line.replaceAll(".*(ord_[0-9]+).*", "$1")))
                .isEqualTo(orders));
    }

    @Test
    void ordersAppearInEveryTabAndWhatWasMissedFollows() throws Exception {
        Browser.Tab one = tab(90);
        Browser.Tab other = tab(90);
        List<String> orders = new ArrayList<>(List.of(order(), order()));
        for (Browser.Tab tab : List.of(one, other)) {
            shows(tab, "events", orders);
            shows(tab, "socket", orders);
        }

        one.click("events-cut");
        one.click("socket-cut");
        soon(() -> assertThat(one.text("socket-state")).isEqualTo("cut off"));
        orders.add(order());
        shows(other, "events", orders);
        one.click("events-cut");
        one.click("socket-cut");
        shows(one, "events", orders);
        shows(one, "socket", orders);
        assertThat(one.text("events-state")).isEqualTo("connected");
        assertThat(one.text("socket-state")).startsWith("connected");
    }

    /** The page shows a new token before its own ends, so that its socket lives on. */
    @Test
    void aTokenThatEndsIsRenewed() throws Exception {
        Browser.Tab tab = tab(5);
        soon(() -> assertThat(tab.text("socket-state")).matches("connected, token renewed [3-9] times"));
        String order = order();
        shows(tab, "socket", List.of(order));
    }
}
