package app.rcommerce.gateway.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.io.StringWriter;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The layout of log lines as one JSON object each, a stack trace among its members. Safe for any thread. */
final class JsonLines extends LayoutBase<ILoggingEvent> {

    private static final JsonFactory FACTORY = new JsonFactory();

    @Override
    public String doLayout(ILoggingEvent event) {
        StringWriter out = new StringWriter(256);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("time", AccessLine.TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
            json.writeStringProperty("level", event.getLevel().toString());
            json.writeStringProperty("thread", event.getThreadName());
            json.writeStringProperty("logger", event.getLoggerName());
            json.writeStringProperty("message", String.valueOf(event.getFormattedMessage()));
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null) {
                json.writeStringProperty("stack_trace", ThrowableProxyUtil.asString(thrown));
            }
            json.writeEndObject();
        }
        return out.append('\n').toString();
    }
}
