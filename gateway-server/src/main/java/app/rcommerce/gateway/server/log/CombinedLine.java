package app.rcommerce.gateway.server.log;

import app.rcommerce.gateway.server.exchange.Finished;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The formatter of access log lines as text: the combined format of Apache httpd and nginx, whose readers find a hyphen
 * where the gateway keeps nothing (identity, referrer, user agent), and HTTP/1.1, in which it answers; behind it more
 * members as {@code name=value}, empty ones left out. Values are escaped as {@code \xHH}, so that a line is one line
 * whatever a client sends. For one thread.
 */
final class CombinedLine implements Members.Line {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final StringBuilder out = new StringBuilder(256);

    String of(Finished finished) {
        out.setLength(0);
        word(finished.clientAddress());
        out.append(" - ");
        word(finished.caller());
        out.append(" [")
                .append(TIME.format(Instant.ofEpochMilli(finished.startMillis())))
                .append("] \"");
        if (finished.method().isEmpty()) {
            out.append('-');
        } else {
            escaped(finished.method());
            out.append(' ');
            escaped(finished.path());
            out.append(' ').append(version(finished.protocol().name()));
        }
        out.append("\" ").append(finished.status()).append(' ').append(finished.responseBytes());
        out.append(" \"-\" \"-\"");
        text("request_id", finished.requestId());
        number("duration_ms", Members.millis(finished.durationNanos()));
        Members.upstream(this, finished.upstream());
        text("host", finished.host());
        text("route", finished.route());
        text("code", finished.code());
        text("cache", finished.cache());
        text("not_stored", finished.notStored());
        Members.protocol(this, finished.protocol());
        Members.socket(this, finished.socket());
        Members.reason(this, finished.reason());
        text("failure", finished.failure());
        out.append(" bytes_in=").append(finished.requestBytes());
        return out.toString();
    }

    /** The version of HTTP as web servers write it; a WebSocket begins with a request of HTTP/1.1. */
    private static String version(String protocol) {
        return switch (protocol) {
            case "h2" -> "HTTP/2.0";
            case "http/1.0" -> "HTTP/1.0";
            default -> "HTTP/1.1";
        };
    }

    private void word(String value) {
        if (value.isEmpty()) {
            out.append('-');
        } else {
            escaped(value);
        }
    }

    @Override
    public void text(String name, String value) {
        if (!value.isEmpty()) {
            out.append(' ').append(name).append('=');
            escaped(value);
        }
    }

    @Override
    public void number(String name, BigDecimal value) {
        out.append(' ').append(name).append('=').append(value.toPlainString());
    }

    /** Appends the value, its quotes, backslashes, spaces and all that is no visible ASCII escaped, as UTF-8. */
    private void escaped(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > ' ' && c < 0x7f && c != '"' && c != '\\') {
                out.append(c);
            } else if (c < 0x80) {
                hex(c);
            } else {
                int point = value.codePointAt(i);
                for (byte octet : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                    hex(octet & 0xff);
                }
                i += Character.charCount(point) - 1;
            }
        }
    }

    private void hex(int octet) {
        out.append("\\x").append(Character.forDigit(octet >> 4, 16)).append(Character.forDigit(octet & 15, 16));
    }
}
