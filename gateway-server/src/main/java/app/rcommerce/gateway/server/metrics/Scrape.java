package app.rcommerce.gateway.server.metrics;

import java.util.Locale;

/**
 * The response to a scrape: all metrics in one text format. Immutable.
 *
 * @param contentType the media type of the text
 * @param text UTF-8 once it is sent
 */
public record Scrape(String contentType, String text) {

    /** The Prometheus text format. */
    static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** OpenMetrics 1.0. */
    static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final double NOT_NAMED = -1;

    /** Whether the field {@code Accept} (RFC 9110 §12.5.1) names OpenMetrics with at least the weight of plain text. */
    static boolean prefersOpenMetrics(String accept) {
        double openMetrics = NOT_NAMED;
        double text = NOT_NAMED;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String type = range.split(";", 2)[0].strip();
            if (type.equals("application/openmetrics-text")) {
                openMetrics = Math.max(openMetrics, weight(range));
            } else if (type.equals("text/plain")) {
                text = Math.max(text, weight(range));
            }
        }
        return openMetrics > 0 && openMetrics >= text;
    }

    private static double weight(String range) {
        for (String parameter : range.split(";", -1)) {
            String text = parameter.strip();
            if (text.startsWith("q=")) {
                try {
                    return Double.parseDouble(text.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
