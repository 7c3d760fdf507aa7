package app.rcommerce.gateway.server.log;

import app.rcommerce.gateway.policy.RateLimitFields;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.server.exchange.Finished;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The members of an access log line, in whichever format, that tell why and by whom a request was answered so. */
final class Members {

    /** What a format makes of a member. */
    interface Line {

        /** Adds a text; an empty one is left out. */
        void text(String name, String value);

        /** Adds a number. */
        void number(String name, BigDecimal value);
    }

    private Members() {}

    /** Adds what the client speaks. */
    static void protocol(Line line, Finished.Protocol protocol) {
        line.text("protocol", protocol.name());
        line.text("tls", protocol.tlsVersion());
        line.text("cipher", protocol.tlsCipher());
    }

    /** Adds how a WebSocket has ended; nothing where there was none. */
    static void socket(Line line, Finished.@Nullable Socket socket) {
        if (socket != null) {
            line.number("close_code", BigDecimal.valueOf(socket.closeCode()));
            line.text("closed_by", socket.closedBy());
        }
    }

    /** Adds the reason of a refusal; nothing where the code says it all. */
    static void reason(Line line, @Nullable Reason reason) {
        switch (reason) {
            case null -> {
                // The code says it all, or nothing was refused.
            }
            case Reason.OverLimit over -> {
                line.text("limit", over.limit());
                line.text("window", over.window());
                line.text("key", over.key().toString());
                line.text("counted", over.counted().label());
                line.number("quota", BigDecimal.valueOf(over.quota()));
                line.number("remaining", BigDecimal.valueOf(over.remaining()));
                long seconds = Math.max(1, RateLimitFields.secondsUp(over.retryAfterMillis()));
                line.number("retry_after", BigDecimal.valueOf(seconds));
            }
            case Reason.Blocked blocked -> {
                line.text("blocked_by", blocked.by());
                line.text("entry", blocked.entry());
                line.text("note", blocked.note());
            }
            case Reason.BadToken token -> line.text("reason", token.fault());
            case Reason.BadSignature bad -> line.text("signature", bad.why());
            case Reason.MissingScope scope -> line.text("scopes", scope.wanted());
            case Reason.WrongOrigin wrong -> line.text("origin", wrong.origin());
        }
    }

    /** Adds the upstream's part; nothing where the request was not forwarded. */
    static void upstream(Line line, Finished.@Nullable Upstream upstream) {
        if (upstream == null) {
            return;
        }
        line.text("server", upstream.server());
        if (upstream.attempts() > 1) {
            line.number("attempts", BigDecimal.valueOf(upstream.attempts()));
        }
        if (upstream.connectNanos() > 0) {
            line.number("connect_ms", millis(upstream.connectNanos()));
        }
        if (upstream.answerNanos() >= 0) {
            line.number("upstream_ms", millis(upstream.answerNanos()));
        }
    }

    /** A duration in milliseconds with three decimals. */
    static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(nanos / 1000, 3);
    }
}
