package app.rcommerce.gateway.server.log;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;

/**
 * The layout of the lines that are no access lines: as text, or as JSON once that is asked for. Safe for any thread.
 */
final class LineLayout extends LayoutBase<ILoggingEvent> {

    /** The name by which the logging context knows it. */
    static final String NAME = "app.rcommerce.gateway.lines";

    private final PatternLayout text;
    private final JsonLines json = new JsonLines();
    private volatile boolean isJson;

    /** A layout that writes text, by a layout that has been started. */
    LineLayout(PatternLayout text) {
        this.text = text;
    }

    void setJson(boolean isJson) {
        this.isJson = isJson;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        return isJson ? json.doLayout(event) : text.doLayout(event);
    }
}
