package app.rcommerce.gateway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScrapeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/openmetrics-text",
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                "text/plain, APPLICATION/OpenMetrics-Text"
            })
    void openMetricsIsSentToWhoPrefersIt(String accept) {
        assertThat(Scrape.prefersOpenMetrics(accept)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/*",
                "text/plain",
                "application/openmetrics-text;q=0",
                "application/openmetrics-text;q=oops",
                "application/openmetrics-text;q=0.2,text/plain;q=0.5",
                "x-application/openmetrics-text"
            })
    void plainTextIsSentToEverybodyElse(String accept) {
        assertThat(Scrape.prefersOpenMetrics(accept)).isFalse();
    }
}
