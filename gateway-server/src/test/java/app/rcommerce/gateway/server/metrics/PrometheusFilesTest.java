package app.rcommerce.gateway.server.metrics;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The samples for Prometheus, by its own checker where there is one. */
class PrometheusFilesTest {

    private static String file(String name) {
        return Path.of("..", "config", "prometheus", name).toString();
    }

    @Test
    void theAlertsAreRules() throws Exception {
        Promtool.find().check("", "check", "rules", file("alerts.yml"));
    }

    @Test
    void theAlertsFireWhenTheyShouldAndNotBefore() throws Exception {
        Promtool.find().check("", "test", "rules", file("alerts_test.yml"));
    }

    @Test
    void theScrapeIsAConfiguration() throws Exception {
        Promtool.find().check("", "check", "config", "--syntax-only", file("scrape.yml"));
    }
}
