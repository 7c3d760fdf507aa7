package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.route.IdempotencyRule;
import app.rcommerce.gateway.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads {@code idempotency} of a route that forwards: the time for which answers are kept, or a table. */
final class IdempotencyReader {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Duration DAY = Duration.ofDays(1);

    private IdempotencyReader() {}

    /** The rule; null where the route repeats no answers. */
    static @Nullable IdempotencyRule read(Section route, @Nullable Duration maxRequestTime) {
        IdempotencyRule usual = IdempotencyRule.DEFAULT;
        if (route.has("idempotency") && !route.isTable("idempotency")) {
            Duration kept = route.duration("idempotency", usual.kept(), SECOND, LONGEST);
            return new IdempotencyRule(
                    kept, usual.maxAnswer(), usual.maxRequest(), usual.required(), null, usual.allowUnchecked());
        }
        Section section = route.table("idempotency", "{ keep = \"24h\" }");
        Duration inProgress = section.has("in_progress") ? section.duration("in_progress", DAY, SECOND, DAY) : null;
        if (inProgress != null && maxRequestTime != null && inProgress.compareTo(maxRequestTime) <= 0) {
            section.problem(
                    "in_progress",
                    "longer than max_request_time, " + Durations.format(maxRequestTime)
                            + ", or a repeat would be forwarded beside the first request");
        }
        IdempotencyRule rule = new IdempotencyRule(
                section.duration("keep", usual.kept(), SECOND, LONGEST),
                section.size("max_answer", usual.maxAnswer(), 0, IdempotencyRule.MOST_CONTENT),
                section.size("max_request", usual.maxRequest(), 0, IdempotencyRule.MOST_CONTENT),
                section.flag("required", usual.required()),
                inProgress,
                section.choice("on_store_failure", OnUnknown.DENY) == OnUnknown.ALLOW);
        return section.isPresent() ? rule : null;
    }
}
