package app.rcommerce.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Limit.AppliesTo;
import app.rcommerce.gateway.limit.Limit.Enforcement;
import app.rcommerce.gateway.limit.Limit.Mode;
import app.rcommerce.gateway.limit.Limit.OnStoreFailure;
import app.rcommerce.gateway.limit.LimitKey.Claim;
import app.rcommerce.gateway.limit.LimitKey.Component;
import app.rcommerce.gateway.limit.LimitKey.Header;
import app.rcommerce.gateway.limit.LimitKey.PathParameter;
import app.rcommerce.gateway.limit.LimitKey.Plain;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.Known;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.route.PathPattern;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Limits as they are configured, and the meters that come of them. */
class MeterTest {

    private static Limit limit(Quota quota, Enforcement enforcement) {
        return new Limit(
                "a",
                "shared",
                LimitKey.of(Plain.IP),
                AppliesTo.ALL,
                Condition.ALWAYS,
                quota,
                enforcement,
                OnStoreFailure.LOCAL);
    }

    private static Quota quota(Algorithm algorithm, long burst, String... rates) {
        return new Quota(algorithm, List.of(rates).stream().map(Rate::parse).toList(), burst, 0);
    }

    private static Meter meter(Algorithm algorithm, long burst, String rate, double multiplier) {
        Limit limit = limit(quota(algorithm, burst, rate), Enforcement.FULL);
        return Meter.of(limit, limit.rates().getFirst(), multiplier);
    }

    @Test
    void aMeterIsNamedByItsLimitAndCountsByItsBucket() {
        Meter window = meter(Algorithm.SLIDING_WINDOW, 0, "60/minute", 1.0);
        assertThat(window).isEqualTo(new Meter("a-minute", "shared:60000", 60, 60_000, true));
        assertThat(meter(Algorithm.TOKEN_BUCKET, 5, "60/minute", 1.0))
                .isEqualTo(new Meter("a-minute", "shared:60000:bucket", Algorithm.TOKEN_BUCKET, 60, 60_000, 5, true));
        assertThat(meter(Algorithm.FIXED_WINDOW, 0, "60/minute", 1.0))
                .isEqualTo(new Meter("a-minute", "fixed:60000:window", Algorithm.FIXED_WINDOW, 60, 60_000, 60, true));
    }

    @Test
    void quotasAndBurstsAreMultipliedAndRoundedDownButAtLeastOne() {
        assertThat(meter(Algorithm.SLIDING_WINDOW, 0, "61/minute", 0.5).quota()).isEqualTo(30);
        assertThat(meter(Algorithm.SLIDING_WINDOW, 0, "3/minute", 0.1).quota()).isEqualTo(1);
        Meter bucket = meter(Algorithm.TOKEN_BUCKET, 7, "60/minute", 2.0);
        assertThat(bucket.quota()).isEqualTo(120);
        assertThat(bucket.burst()).isEqualTo(14);
        assertThat(meter(Algorithm.TOKEN_BUCKET, 0, "60/minute", 2.0).burst())
                .as("as the quota")
                .isEqualTo(120);
    }

    @Test
    void aBucketThatWouldTakeMoreThanAYearToFillHoldsLess() {
        assertThatThrownBy(() -> new Meter("a", "a", Algorithm.TOKEN_BUCKET, 1, 86_400_000, 367, true))
                .hasMessageContaining("367")
                .hasMessageContaining("366 days");
        assertThat(new Meter("a", "a", Algorithm.TOKEN_BUCKET, 1, 86_400_000, 366, true).burst())
                .isEqualTo(366);
        assertThat(new Meter("a", "a", Algorithm.SLIDING_WINDOW, 1, 86_400_000, 367, true).burst())
                .isEqualTo(367);
        Meter divided = meter(Algorithm.TOKEN_BUCKET, 1_000, "10/day", 0.1);
        assertThat(divided.burst()).isEqualTo(100);
        assertThat(meter(Algorithm.TOKEN_BUCKET, 3_660, "10/day", 0.19).burst())
                .as("of 695")
                .isEqualTo(366);
    }

    @Test
    void aLeaseLivesForAFiftiethOfTheWindowOrOfTheTimeABucketTakesToFill() {
        assertThat(meter(Algorithm.SLIDING_WINDOW, 0, "60/minute", 1.0).leaseMillis())
                .isEqualTo(100);
        assertThat(meter(Algorithm.SLIDING_WINDOW, 0, "60/1s", 1.0).leaseMillis())
                .isEqualTo(20);
        assertThat(meter(Algorithm.SLIDING_WINDOW, 0, "60/250ms", 1.0).leaseMillis())
                .isEqualTo(5);
        assertThat(meter(Algorithm.SLIDING_WINDOW, 0, "60/249ms", 1.0).leaseMillis())
                .isZero();
        assertThat(meter(Algorithm.TOKEN_BUCKET, 30, "60/minute", 1.0).leaseMillis())
                .isEqualTo(100);
        assertThat(meter(Algorithm.TOKEN_BUCKET, 1, "60/minute", 1.0).leaseMillis())
                .isEqualTo(20);
        assertThat(Meters.of(List.of()).leaseMillis()).isZero();
        assertThat(Meters.of(List.of(
                                meter(Algorithm.SLIDING_WINDOW, 0, "60/minute", 1.0),
                                meter(Algorithm.SLIDING_WINDOW, 0, "60/1s", 1.0)))
                        .leaseMillis())
                .isEqualTo(20);
    }

    @Test
    void metersAreEqualWhereEachIs() {
        Meter one = meter(Algorithm.SLIDING_WINDOW, 0, "60/minute", 1.0);
        Meter two = meter(Algorithm.SLIDING_WINDOW, 0, "60/hour", 1.0);
        Meters meters = Meters.of(List.of(one, two));
        assertThat(meters)
                .isEqualTo(meters)
                .isEqualTo(Meters.of(List.of(one, two)))
                .hasSameHashCodeAs(List.of(one, two));
        assertThat(meters.equals(List.of(one, two))).as("as any list").isTrue();
        assertThat(meters.equals(Meters.of(List.of(two, one)))).isFalse();
        assertThat(meters.equals(List.of(two, one))).isFalse();
        assertThat(meters.equals(Meters.of(List.of(one)))).isFalse();
        assertThat(Meters.of(meters)).isSameAs(meters);
    }

    @Test
    void whoeverIsChosenForAShareIsChosenForEverAndForLargerOnes() {
        int chosen = 0;
        for (int i = 0; i < 2_000; i++) {
            Identifier identifier = Identifier.user("u" + i);
            Quota quota = quota(Algorithm.SLIDING_WINDOW, 0, "60/minute");
            boolean tenth = limit(quota, new Enforcement(Mode.ENFORCE, 10)).isEnforcedFor(identifier);
            boolean third = limit(quota, new Enforcement(Mode.ENFORCE, 33)).isEnforcedFor(identifier);
            assertThat(tenth && !third).isFalse();
            assertThat(limit(quota, Enforcement.FULL).isEnforcedFor(identifier)).isTrue();
            assertThat(limit(quota, new Enforcement(Mode.ENFORCE, 0)).isEnforcedFor(identifier))
                    .isFalse();
            assertThat(limit(quota, new Enforcement(Mode.SHADOW, 100)).isEnforcedFor(identifier))
                    .isFalse();
            chosen += tenth ? 1 : 0;
        }
        assertThat(chosen).isBetween(150, 250);
        Quota quota = quota(Algorithm.SLIDING_WINDOW, 0, "60/minute");
        assertThat(limit(quota, new Enforcement(Mode.ENFORCE, 1)).isEnforced()).isTrue();
        assertThat(limit(quota, new Enforcement(Mode.ENFORCE, 0)).isEnforced()).isFalse();
        assertThat(limit(quota, new Enforcement(Mode.SHADOW, 100)).isEnforced()).isFalse();
    }

    /** Neighbours in an alphabet, and what the choice was when it was first made: nodes of different versions agree. */
    @Test
    void theChoiceStaysWhatItWas() {
        Limit limit = limit(quota(Algorithm.SLIDING_WINDOW, 0, "60/minute"), new Enforcement(Mode.ENFORCE, 50));
        StringBuilder chosen = new StringBuilder();
        for (int i = 0; i < 32; i++) {
            chosen.append(limit.isEnforcedFor(Identifier.user("u" + i)) ? '1' : '0');
        }
        assertThat(chosen).hasToString("01001000011111100011111011110011");
    }

    @Test
    void aKeyIsReadAsItIsWritten() {
        for (String text : new String[] {
            "ip", "identity", "api_key", "subject", "header:x-tenant", "claim:plan", "path:{shop_1}", "path:{_}"
        }) {
            assertThat(Component.parse(text)).as(text).hasToString(text);
        }
        assertThat(Component.parse("header:X-Tenant")).isEqualTo(new Header("x-tenant"));
        assertThat(Component.parse("claim:plan")).isEqualTo(new Claim("plan"));
        assertThat(Component.parse("path:{id}")).isEqualTo(new PathParameter("id"));
        assertThat(Component.parse("header:" + "x".repeat(48))).isNotNull();
        assertThat(Component.parse("claim:" + "x".repeat(48))).isNotNull();
        for (String text : new String[] {
            "",
            "IP",
            "ip:",
            ":ip",
            "header",
            "header:",
            "header:a b",
            "header:" + "x".repeat(49),
            "claim:",
            "claim:a b",
            "claim:" + "x".repeat(49),
            "path:id",
            "path:{}",
            "path:{1}",
            "other:x"
        }) {
            assertThat(Component.parse(text)).as(text).isNull();
        }
    }

    @Test
    void aKeyKnowsWhatItNeedsOfACaller() {
        assertThatThrownBy(() -> new LimitKey(List.of())).hasMessageContaining("expected: ip");
        assertThat(LimitKey.of(Plain.IP, new Header("x"))).hasToString("ip + header:x");
        assertThat(LimitKey.of(Plain.IP, Plain.IDENTITY, new Header("x")).credential())
                .isNull();
        assertThat(LimitKey.of(Plain.IP, Plain.API_KEY).credential()).isEqualTo(Plain.API_KEY);
        assertThat(LimitKey.of(Plain.SUBJECT).credential()).isEqualTo(Plain.SUBJECT);
        assertThat(LimitKey.of(new Claim("plan")).credential()).isEqualTo(new Claim("plan"));
        assertThat(LimitKey.of(Plain.API_KEY).countsApiKeys()).isTrue();
        assertThat(LimitKey.of(Plain.IDENTITY).countsApiKeys()).isTrue();
        assertThat(LimitKey.of(Plain.IP, Plain.SUBJECT).countsApiKeys()).isFalse();
    }

    @Test
    void aConditionIsAlwaysWhereNothingOfARequestMatters() {
        assertThat(Condition.ALWAYS.isAlways()).isTrue();
        assertThat(new Condition(Set.of("GET"), null, null).isAlways()).isFalse();
        assertThat(new Condition(Set.of(), null, new Condition.ClaimIs("a", "b")).isAlways())
                .isFalse();
        assertThat(new Condition(Set.of(), PathPattern.parse("/a"), null).isAlways())
                .isFalse();
    }

    @Test
    void aQuotaSaysHowManyPermitsThereEverAreAtOnce() {
        assertThat(quota(Algorithm.SLIDING_WINDOW, 0, "60/minute", "10/hour").mostAtOnce())
                .isEqualTo(10);
        assertThat(quota(Algorithm.TOKEN_BUCKET, 7, "60/minute", "10/hour").mostAtOnce())
                .isEqualTo(7);
        assertThat(quota(Algorithm.TOKEN_BUCKET, 0, "60/minute", "10/hour").mostAtOnce())
                .isEqualTo(10);
        assertThat(new Quota(Algorithm.SLIDING_WINDOW, List.of(), 0, 3).mostAtOnce())
                .isEqualTo(Rate.MAX_QUOTA);
        assertThatThrownBy(() -> quota(Algorithm.SLIDING_WINDOW, 0)).hasMessageContaining("rates: none");
    }

    @Test
    void whatHasNotCountedIsNotGivenBack() {
        Decision.State counted = new Decision.State(3, 10, false);
        Decision.State over = new Decision.State(0, 10, true);
        assertThat(Unused.NONE.isCountedBy(5)).as("all have").isTrue();
        Unused unused = new Unused(2, 70, List.of(counted, over));
        assertThat(unused.isCountedBy(0)).isTrue();
        assertThat(unused.isCountedBy(1)).isFalse();
        assertThat(Unused.of(0, new Grant(5, new Decision(true, 0, List.of(counted)), 70)))
                .isSameAs(Unused.NONE);
    }

    @Test
    void ofSeveralGrantsTheYoungestGoBackFirst() {
        List<Decision.State> states = List.of(new Decision.State(3, 10, false));
        Unused old = new Unused(2, 70, states);
        Unused young = new Unused(3, 80, states);
        Decision decision = new Decision(true, 0, states, List.of(old, young));
        assertThat(decision.taken(5)).containsExactly(young, old);
        assertThat(decision.taken(4)).containsExactly(young, new Unused(1, 70, states));
        assertThat(decision.taken(2)).containsExactly(new Unused(2, 80, states));
        Decision one = new Decision(true, 0, states, List.of(young));
        assertThat(one.taken(3)).containsExactly(young);
        assertThat(one.taken(2)).containsExactly(new Unused(2, 80, states));
        assertThat(one.uncounted().taken()).isEmpty();
    }

    @Test
    void whatIsOverHasNothingLeft() {
        Decision decision =
                new Decision(false, 10, List.of(new Decision.State(3, 10, true), new Decision.State(4, 10, false)));
        assertThat(Known.of(decision, 7)).containsExactly(new Known(0, 7, 0), new Known(4, 7, 0));
    }
}
