package app.rcommerce.gateway.config.server;

import app.rcommerce.gateway.config.listen.Http2Config;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.limit.Rate;
import java.time.Duration;

/** Reads {@code [server.http2]}. */
final class Http2Reader {

    private static final long KB = 1024;
    private static final long MB = KB * KB;

    /** The windows that every connection begins with (RFC 9113 §6.9.2): smaller ones cannot be announced in time. */
    private static final long LEAST_WINDOW = 64 * KB;

    private static final Form<Rate> MISBEHAVIOUR = Form.of("\"<count>/<time>\", such as \"200/30s\"", Rate::parse);

    private Http2Reader() {}

    static Http2Config read(Section http2) {
        return new Http2Config(
                http2.flag("enabled", true),
                http2.integer("max_concurrent_streams", 100, 1, 10_000),
                (int) http2.size("stream_window", LEAST_WINDOW, LEAST_WINDOW, 16 * MB),
                (int) http2.size("connection_window", MB, LEAST_WINDOW, 256 * MB),
                (int) http2.size("max_header_list_size", 16 * KB, KB, MB),
                http2.text("misbehaviour", MISBEHAVIOUR, new Rate("200/30s", "30s", 200, Duration.ofSeconds(30))));
    }
}
