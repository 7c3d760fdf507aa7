package app.rcommerce.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fields and bodies of answers, to the byte. */
class AnswerFieldsTest {

    private static final long NOW = 1_767_225_600_400L;

    private static LimitReport report(
            String policy, long quota, long windowMillis, long remaining, long reset, boolean over) {
        Meter meter = new Meter(policy, policy, quota, windowMillis, true);
        return new LimitReport(meter, LimitReport.Words.of(meter), new Decision.State(remaining, reset, over));
    }

    private static Map<String, String> fields(LimitReport... reports) {
        Map<String, String> fields = new LinkedHashMap<>();
        RateLimitFields.write(List.of(reports), NOW, (name, value) -> fields.put(name.text(), value));
        return fields;
    }

    @Test
    void everyFieldHasItsExactForm() {
        assertThat(fields(
                        report("anonymous-minute", 60, 60_000, 0, 11_001, true),
                        report("anonymous-hour", 3000, 3_600_000, 2940, 3_600_000, false)))
                .containsExactly(
                        Map.entry("x-ratelimit-limit", "60"),
                        Map.entry("x-ratelimit-remaining", "0"),
                        Map.entry("x-ratelimit-reset", "1767225612"),
                        Map.entry("x-ratelimit-policy", "60;w=60"),
                        Map.entry(
                                "ratelimit-policy", "\"anonymous-minute\";q=60;w=60, \"anonymous-hour\";q=3000;w=3600"),
                        Map.entry("ratelimit", "\"anonymous-minute\";r=0;t=12"));
    }

    /** What remains of a bucket may be more than its rate, so its limit is what it holds when full. */
    @ParameterizedTest
    @CsvSource({"120, 120, 119", "10, 10, 9", "60, 60, 59"})
    void theLimitOfATokenBucketIsItsBurst(long burst, long seconds, long remaining) {
        Meter meter = new Meter("b", "b", Meter.Algorithm.TOKEN_BUCKET, 60, 60_000, burst, true);
        LimitReport report =
                new LimitReport(meter, LimitReport.Words.of(meter), new Decision.State(remaining, 1_000, false));

        assertThat(fields(report))
                .containsExactly(
                        Map.entry("x-ratelimit-limit", Long.toString(burst)),
                        Map.entry("x-ratelimit-remaining", Long.toString(remaining)),
                        Map.entry("x-ratelimit-reset", "1767225602"),
                        Map.entry("x-ratelimit-policy", burst + ";w=" + seconds),
                        Map.entry("ratelimit-policy", "\"b\";q=" + burst + ";w=" + seconds),
                        Map.entry("ratelimit", "\"b\";r=" + remaining + ";t=1"));
    }

    @Test
    void everyPolicyIsNamedHoweverManyThereAre() {
        LimitReport[] reports = {
            report("a", 1, 1000, 1, 1, false), report("b", 2, 1000, 2, 1, false), report("c", 3, 1000, 3, 1, false)
        };
        assertThat(fields(reports[0]).get("ratelimit-policy")).isEqualTo("\"a\";q=1;w=1");
        assertThat(fields(reports[0], reports[1]).get("ratelimit-policy")).isEqualTo("\"a\";q=1;w=1, \"b\";q=2;w=1");
        assertThat(fields(reports).get("ratelimit-policy")).isEqualTo("\"a\";q=1;w=1, \"b\";q=2;w=1, \"c\";q=3;w=1");
    }

    @Test
    void nothingIsSaidWhereNothingWasMetered() {
        assertThat(fields()).isEmpty();
    }

    @Test
    void theWindowNearestToItsEndIsDescribed() {
        assertThat(fields(report("a", 9, 1000, 5, 1, false), report("b", 9, 1000, 2, 1, false))
                        .get("ratelimit"))
                .isEqualTo("\"b\";r=2;t=1");
        assertThat(fields(report("a", 9, 1000, 0, 1, false), report("b", 9, 1000, 2, 1, true))
                        .get("ratelimit"))
                .as("one without room for this request comes first")
                .isEqualTo("\"b\";r=2;t=1");
        assertThat(fields(report("a", 9, 9000, 0, 2000, true), report("b", 9, 9000, 0, 8000, true))
                        .get("ratelimit"))
                .as("of two without room the one that lasts longer")
                .isEqualTo("\"b\";r=0;t=8");
        assertThat(fields(report("a", 9, 1000, 3, 5, false), report("b", 9, 1000, 3, 9, false))
                        .get("ratelimit"))
                .as("else the first")
                .isEqualTo("\"a\";r=3;t=1");
    }

    @Test
    void windowsBelowASecondAreWrittenAsOne() {
        assertThat(fields(report("fast-100ms", 5, 100, 4, 101, false)))
                .containsEntry("x-ratelimit-policy", "5;w=1")
                .containsEntry("ratelimit-policy", "\"fast-100ms\";q=5;w=1")
                .containsEntry("ratelimit", "\"fast-100ms\";r=4;t=1");
    }

    @Test
    void aResetIsNoLaterThanTheWindowUnlessTheCallerMustWait() {
        assertThat(fields(report("a", 9, 60_000, 8, 60_600, false)).get("ratelimit"))
                .isEqualTo("\"a\";r=8;t=60");
        assertThat(fields(report("a", 9, 60_000, 0, 60_600, true)).get("ratelimit"))
                .isEqualTo("\"a\";r=0;t=61");
        assertThat(fields(report("a", 9, 60_000, 9, 0, false)).get("x-ratelimit-reset"))
                .isEqualTo("1767225601");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "999, 1", "1000, 1", "1001, 2"})
    void secondsAreRoundedUp(long millis, long seconds) {
        assertThat(RateLimitFields.secondsUp(millis)).isEqualTo(seconds);
    }

    private static String body(boolean problem, Denial denial, ErrorBody.Extras extras) {
        return new String(
                ErrorBody.write(problem, denial, denial.message(), "req_\"1\"", extras), StandardCharsets.UTF_8);
    }

    @Test
    void errorsHaveThePlatformsShape() {
        assertThat(body(false, Denial.BLOCKED, ErrorBody.NO_EXTRAS))
                .isEqualTo(
                        "{\"error\":{\"code\":\"BLOCKED\",\"message\":\"Access is denied.\",\"request_id\":\"req_\\\"1\\\"\"}}");
        assertThat(body(false, Denial.QUOTA_EXCEEDED, new ErrorBody.Extras(45, List.of("a-minute"))))
                .isEqualTo(
                        "{\"error\":{\"code\":\"RATE_LIMIT_EXCEEDED\",\"message\":\"Rate limit exceeded.\",\"retry_after\":45,"
                                + "\"request_id\":\"req_\\\"1\\\"\"}}");
    }

    @Test
    void problemsHaveTheShapeOfRfc9457() {
        assertThat(body(true, Denial.BLOCKED, ErrorBody.NO_EXTRAS))
                .isEqualTo(
                        "{\"type\":\"about:blank\",\"title\":\"Access is denied.\",\"status\":403,\"detail\":\"Access is denied.\","
                                + "\"code\":\"BLOCKED\",\"request_id\":\"req_\\\"1\\\"\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/problem+json | true",
                "Application/Problem+JSON; q=0.5 | true",
                "text/html, application/problem+json | true",
                "application/json | false",
                "*/* | false",
                "application/problem+json;q=0 | false",
                "application/problem+json ; q=0.000, */* | false",
                "application/problem+jsonx | false",
            })
    void aProblemIsForThoseWhoNameIt(String accept, boolean problem) {
        assertThat(ErrorBody.prefersProblem(FieldList.of("Accept", accept))).isEqualTo(problem);
    }

    @Test
    void everyLineOfAcceptCounts() {
        assertThat(ErrorBody.prefersProblem(FieldList.of("Accept", "text/html", "accept", "application/problem+json")))
                .isTrue();
        assertThat(ErrorBody.prefersProblem(FieldList.of())).isFalse();
    }
}
