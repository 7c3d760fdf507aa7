package app.rcommerce.gateway.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.policy.order.Chain;
import app.rcommerce.gateway.policy.order.Chain.Outcome;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.token.Tokens;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What callers are counted by, when, how, and for whom a refusal counts. */
class LimitKindsTest {

    private static final String ANA = "203.0.113.9";
    private static final String BEN = "203.0.113.10";
    private static final String REFUSED = "429 RATE_LIMIT_EXCEEDED";

    /** A gateway with these limits, all of which every route names: {@code /shops/{shop}} and {@code /**}. */
    private static Chain chain(String limits, String names) {
        return chain(limits, names, "");
    }

    private static Chain chain(String limits, String names, String more) {
        return new Chain("""
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                [[auth.api_keys]]
                id = "erp"
                sha256 = "%s"
                limit_multiplier = 2.0
                %s
                [upstreams.u]
                servers = ["http://127.0.0.1:8081"]
                [[routes]]
                name = "shop"
                path = "/shops/{shop}"
                upstream = "u"
                auth = "optional"
                limits = [%s]
                %s
                """.formatted(Tokens.SECRET, Digests.sha256Hex(Chain.KEY), limits, names, more));
    }

    private static String bearer(String more) {
        return "Bearer " + Tokens.hs256(Tokens.CLAIMS.replaceFirst("}$", "," + more + "}"));
    }

    private static int passed(Chain chain, int times, String address, String path, String... fields) {
        int passed = 0;
        for (int i = 0; i < times; i++) {
            passed += chain.get(address, path, fields).told().equals("forwarded") ? 1 : 0;
        }
        return passed;
    }

    @Test
    void aFieldsValueIsCountedAndLeavingItOutIsNoWayAround() {
        Chain chain = chain("[limits.tenant]\nkey = \"header:X-Tenant\"\nrates = [\"2/minute\"]", "\"tenant\"");
        assertThat(passed(chain, 5, ANA, "/shops/a", "X-Tenant", "acme")).isEqualTo(2);
        assertThat(passed(chain, 5, BEN, "/shops/a", "x-tenant", "acme"))
                .as("from any address")
                .isZero();
        assertThat(passed(chain, 5, ANA, "/shops/a", "X-Tenant", "other")).isEqualTo(2);
        assertThat(passed(chain, 5, ANA, "/shops/a")).as("without the field").isEqualTo(2);
        assertThat(passed(chain, 5, ANA, "/shops/a", "X-Tenant", ""))
                .as("an empty one is none")
                .isZero();
        assertThat(passed(chain, 5, ANA, "/shops/a", "X-Tenant", "acme", "X-Tenant", "x"))
                .isEqualTo(2);
    }

    @Test
    void aPartOfThePathIsCounted() {
        Chain chain = chain("[limits.shop]\nkey = \"path:{shop}\"\nrates = [\"2/minute\"]", "\"shop\"");
        assertThat(passed(chain, 5, ANA, "/shops/a")).isEqualTo(2);
        assertThat(passed(chain, 5, BEN, "//shops/%61"))
                .as("the normalised one")
                .isZero();
        assertThat(passed(chain, 5, BEN, "/shops/b")).isEqualTo(2);
    }

    @Test
    void aClaimOfAVerifiedTokenIsCountedWhateverItsType() {
        Chain chain = chain("[limits.org]\nkey = \"claim:org\"\nrates = [\"2/minute\"]", "\"org\"");
        assertThat(passed(chain, 5, ANA, "/shops/a", "Authorization", bearer("\"org\":\"acme\"")))
                .isEqualTo(2);
        assertThat(passed(chain, 5, BEN, "/shops/a", "Authorization", bearer("\"org\":\"acme\",\"jti\":\"x\"")))
                .isZero();
        assertThat(passed(chain, 5, ANA, "/shops/a", "Authorization", bearer("\"org\":7")))
                .isEqualTo(2);
        assertThat(passed(chain, 5, ANA, "/shops/a", "Authorization", bearer("\"org\":true")))
                .isEqualTo(2);
    }

    @Test
    void whoLacksAPartOfTheKeyIsNotCounted() {
        Chain chain = chain("[limits.org]\nkey = [\"claim:org\", \"ip\"]\nrates = [\"2/minute\"]", "\"org\"");
        assertThat(passed(chain, 5, ANA, "/shops/a")).as("anonymous").isEqualTo(5);
        assertThat(passed(chain, 5, ANA, "/shops/a", "X-API-Key", Chain.KEY))
                .as("no token")
                .isEqualTo(5);
        assertThat(passed(chain, 5, ANA, "/shops/a", "Authorization", bearer("\"x\":1")))
                .as("no claim")
                .isEqualTo(5);
        assertThat(passed(chain, 5, ANA, "/shops/a", "Authorization", bearer("\"org\":{}")))
                .as("no value")
                .isEqualTo(5);
        assertThat(passed(chain, 5, ANA, "/shops/a", "Authorization", bearer("\"org\":\"\"")))
                .isEqualTo(2);
    }

    @Test
    void severalPartsAreCountedTogether() {
        Chain chain = chain(
                "[limits.both]\nkey = [\"identity\", \"path:{shop}\", \"header:X-Tenant\"]\nrates = [\"1/minute\"]",
                "\"both\"");
        for (String[] fields : new String[][] {{}, {"X-Tenant", "a"}, {"Authorization", bearer("\"x\":1")}}) {
            assertThat(passed(chain, 3, ANA, "/shops/a", fields)).isEqualTo(1);
            assertThat(passed(chain, 3, ANA, "/shops/b", fields)).isEqualTo(1);
        }
        assertThat(passed(chain, 3, BEN, "/shops/a")).isEqualTo(1);
        assertThat(passed(chain, 3, BEN, "/shops/a", "Authorization", bearer("\"x\":1")))
                .as("the same subject")
                .isZero();
        assertThat(passed(chain, 3, BEN, "/shops/a", "X-API-Key", Chain.KEY))
                .as("its factor")
                .isEqualTo(2);
    }

    @Test
    void whatNeedsNoCredentialIsCountedBeforeAnyIsLookedAt() {
        Chain chain =
                chain("[limits.tenant]\nkey = [\"header:X-Tenant\", \"ip\"]\nrates = [\"2/minute\"]", "\"tenant\"");
        String bad = Chain.TOKEN.substring(0, Chain.TOKEN.length() - 4) + "AAAA";
        for (int i = 0; i < 5; i++) {
            chain.get(ANA, "/shops/a", "Authorization", "Bearer " + bad);
        }
        assertThat(chain.decisions.stream().filter("auth token_signature"::equals))
                .hasSize(2);
    }

    @Test
    void aLimitHoldsForCertainMethodsPathsAndClaimsAlone() {
        Chain chain = chain("""
                [limits.write]
                key = "ip"
                rates = ["1/minute"]
                when = { methods = ["POST", "PUT"], path = "/shops/a" }
                [limits.free]
                key = "subject"
                rates = ["2/minute"]
                when = { claim = "plan=free" }
                """, "\"write\", \"free\"");
        assertThat(passed(chain, 5, ANA, "/shops/a")).as("a GET").isEqualTo(5);
        assertThat(chain.ask("POST", ANA, "/shops/b").told()).isEqualTo("forwarded");
        assertThat(chain.ask("POST", ANA, "/shops/b").told()).as("another path").isEqualTo("forwarded");
        assertThat(chain.ask("POST", ANA, "/shops/a").told()).isEqualTo("forwarded");
        assertThat(chain.ask("PUT", ANA, "/shops/a").told()).isEqualTo(REFUSED);
        assertThat(passed(chain, 5, ANA, "/shops/a", "Authorization", bearer("\"plan\":\"free\"")))
                .isEqualTo(2);
        assertThat(passed(chain, 5, ANA, "/shops/a", "Authorization", bearer("\"plan\":\"pro\"")))
                .isEqualTo(5);
        assertThat(passed(chain, 5, ANA, "/shops/a", "X-API-Key", Chain.KEY)).isEqualTo(5);
    }

    @Test
    void aLimitForGetCountsHeadToo() {
        Chain chain = chain("""
                [limits.reads]
                key = "ip"
                rates = ["3/minute"]
                when = { methods = ["GET"] }
                """, "\"reads\"");
        assertThat(chain.get(ANA, "/shops/a").told()).isEqualTo("forwarded");
        assertThat(chain.ask("HEAD", ANA, "/shops/a").told()).isEqualTo("forwarded");
        assertThat(chain.ask("POST", ANA, "/shops/a").told()).as("not counted").isEqualTo("forwarded");
        assertThat(chain.ask("HEAD", ANA, "/shops/a").told()).isEqualTo("forwarded");
        assertThat(chain.ask("HEAD", ANA, "/shops/a").told()).isEqualTo("429 RATE_LIMIT_EXCEEDED");
    }

    @Test
    void limitsOfOneBucketCountTogetherAndARequestOnce() {
        Chain chain = chain("""
                [limits.reads]
                key = "ip"
                rates = ["4/minute"]
                bucket = "all"
                when = { methods = ["GET"] }
                [limits.others]
                key = "ip"
                rates = ["4/minute"]
                bucket = "all"
                """, "\"reads\", \"others\"");
        assertThat(passed(chain, 2, ANA, "/shops/a")).as("each counts once").isEqualTo(2);
        assertThat(chain.ask("POST", ANA, "/shops/a").told()).isEqualTo("forwarded");
        assertThat(chain.ask("POST", ANA, "/shops/a").told()).isEqualTo("forwarded");
        assertThat(chain.ask("POST", ANA, "/shops/a").told()).isEqualTo(REFUSED);
        assertThat(chain.get(ANA, "/shops/a").told()).isEqualTo(REFUSED);
    }

    @Test
    void aTokenBucketGrantsItsBurstAndThenItsRate() {
        Chain chain = chain(
                "[limits.b]\nkey = \"ip\"\nalgorithm = \"token_bucket\"\nrates = [\"60/minute\"]\nburst = 5", "\"b\"");
        assertThat(passed(chain, 10, ANA, "/shops/a")).isEqualTo(5);
        assertThat(chain.get(ANA, "/shops/a").field("retry-after")).isEqualTo("1");
        chain.clock.advance(Duration.ofSeconds(3));
        assertThat(passed(chain, 10, ANA, "/shops/a")).isEqualTo(3);
        Chain whole = chain("[limits.b]\nkey = \"ip\"\nalgorithm = \"token_bucket\"\nrates = [\"7/minute\"]", "\"b\"");
        assertThat(passed(whole, 10, ANA, "/shops/a"))
                .as("the rate's quota where no burst is said")
                .isEqualTo(7);
    }

    @Test
    void aFixedWindowBeginsAnewWithTheClocksMinute() {
        Chain chain = chain(
                "[limits.w]\nkey = \"ip\"\nalgorithm = \"fixed_window\"\nrates = [\"3/minute\", \"5/hour\"]", "\"w\"");
        chain.clock.advance(Duration.ofSeconds(59));
        assertThat(passed(chain, 10, ANA, "/shops/a")).isEqualTo(3);
        assertThat(chain.get(ANA, "/shops/a").field("retry-after")).isEqualTo("1");
        chain.clock.advance(Duration.ofSeconds(1));
        assertThat(passed(chain, 10, ANA, "/shops/a")).isEqualTo(2);
    }

    @Test
    void fixedWindowsOfOneKeyShareTheirCountAndEachKeepsItsQuota() {
        Chain chain = chain("""
                [limits.narrow]
                key = "ip"
                algorithm = "fixed_window"
                rates = ["2/minute"]
                when = { methods = ["GET"] }
                [limits.wide]
                key = "ip"
                algorithm = "fixed_window"
                rates = ["5/minute"]
                """, "\"narrow\", \"wide\"");
        assertThat(passed(chain, 4, ANA, "/shops/a")).isEqualTo(2);
        int posted = 0;
        for (int i = 0; i < 5; i++) {
            posted += chain.ask("POST", ANA, "/shops/a").told().equals("forwarded") ? 1 : 0;
        }
        assertThat(posted).isEqualTo(3);
    }

    @Test
    void aRouteMayCostMore() {
        Chain chain = chain("[limits.a]\nkey = \"ip\"\nrates = [\"10/minute\"]", "\"a\"", "cost = 3");
        assertThat(passed(chain, 10, ANA, "/shops/a")).isEqualTo(3);
        assertThat(chain.get(ANA, "/shops/a")
                        .call()
                        .limitReports()
                        .getFirst()
                        .state()
                        .remaining())
                .isEqualTo(1);
    }

    @Test
    void aShareOfAQuotaThatIsSmallerThanACostStillGrants() {
        Chain chain = chain("[limits.a]\nkey = \"ip\"\nrates = [\"9/minute\"]", "\"a\"", "cost = 9");
        chain.nodes = 3;
        chain.failure = new StoreUnavailable("away");
        chain.get(ANA, "/shops/a");
        chain.clock.advance(Duration.ofSeconds(31));
        assertThat(passed(chain, 10, ANA, "/shops/a")).isEqualTo(1);
    }

    @Test
    void whatOneIdentifierWasGrantedIsGivenBackWhereAnotherIsRefused() {
        Chain chain = chain("""
                [limits.address]
                key = "ip"
                rates = ["5/minute"]
                [limits.tenant]
                key = "header:X-Tenant"
                rates = ["2/minute"]
                """, "\"address\", \"tenant\"");
        assertThat(passed(chain, 20, ANA, "/shops/a", "X-Tenant", "acme")).isEqualTo(2);
        assertThat(passed(chain, 20, ANA, "/shops/a", "X-Tenant", "b")).isEqualTo(2);
        assertThat(passed(chain, 20, ANA, "/shops/a", "X-Tenant", "c"))
                .as("five by the address")
                .isEqualTo(1);
        Outcome refused = chain.get(ANA, "/shops/a", "X-Tenant", "c", "Accept", "application/problem+json");
        assertThat(refused.body()).contains("\"violated-policies\":[\"address-minute\"]");
        assertThat(passed(chain, 1, BEN, "/shops/a", "X-Tenant", "c"))
                .as("one was given back")
                .isEqualTo(1);
    }

    @Test
    void aShadowCountsBesideAnEnforcedLimitOnTheSameKey() {
        Chain chain = chain("""
                [limits.now]
                key = "ip"
                rates = ["4/minute"]
                [limits.planned]
                key = "ip"
                rates = ["2/minute"]
                mode = "shadow"
                """, "\"now\", \"planned\"");
        assertThat(passed(chain, 6, ANA, "/shops/a")).isEqualTo(4);
        assertThat(Collections.frequency(chain.decisions, "limit:now refused")).isEqualTo(2);
        assertThat(Collections.frequency(chain.decisions, "limit:planned shadow_refused"))
                .isEqualTo(4);
        assertThat(chain.decisions).doesNotContain("limit:planned refused", "limit:now shadow_refused");
        assertThat(chain.get(ANA, "/shops/a").call().limitReports())
                .extracting(report -> report.meter().policy())
                .containsExactly("now-minute");
    }

    @Test
    void aLimitThatIsOverInTwoWindowsIsOverOnce() {
        Chain chain = chain("[limits.a]\nkey = \"ip\"\nrates = [\"1/minute\", \"1/hour\"]", "\"a\"");
        passed(chain, 3, ANA, "/shops/a");
        assertThat(Collections.frequency(chain.decisions, "limit:a refused")).isEqualTo(2);
    }

    @Test
    void aShareOfTheCallersIsEnforcedAlwaysTheSame() {
        Chain chain = chain("[limits.a]\nkey = \"ip\"\nrates = [\"1/minute\"]\nenforce = 10", "\"a\"");
        int enforced = 0;
        for (int i = 0; i < 1000; i++) {
            String address = "10.1." + i / 250 + "." + i % 250;
            int passed = passed(chain, 4, address, "/shops/a");
            assertThat(passed).isIn(1, 4);
            boolean reported =
                    !chain.get(address, "/shops/a").call().limitReports().isEmpty();
            assertThat(reported).as("fields for whom it is enforced").isEqualTo(passed == 1);
            enforced += passed == 1 ? 1 : 0;
        }
        assertThat(enforced).isBetween(60, 140);
        assertThat(Collections.frequency(chain.decisions, "limit:a refused")).isEqualTo(4 * enforced);
        assertThat(Collections.frequency(chain.decisions, "limit:a shadow_refused"))
                .isEqualTo(4 * (1000 - enforced));
    }

    @Test
    void aShareOfNobodyAndOfEverybody() {
        assertThat(passed(
                        chain("[limits.a]\nkey = \"ip\"\nrates = [\"1/minute\"]\nenforce = 0", "\"a\""),
                        4,
                        ANA,
                        "/shops/a"))
                .isEqualTo(4);
        assertThat(passed(
                        chain("[limits.a]\nkey = \"ip\"\nrates = [\"1/minute\"]\nenforce = 100", "\"a\""),
                        4,
                        ANA,
                        "/shops/a"))
                .isEqualTo(1);
    }

    @Test
    void soManyRequestsAreInFlightAndNoMore() {
        Chain chain = chain("[limits.few]\nkey = \"ip\"\nconcurrency = 2", "\"few\"");
        Outcome first = chain.get(ANA, "/shops/a");
        Outcome second = chain.get(ANA, "/shops/a");
        Outcome refused = chain.get(ANA, "/shops/a", "Accept", "application/problem+json");
        assertThat(refused.told()).isEqualTo("429 CONCURRENCY_LIMIT_EXCEEDED");
        assertThat(refused.field("retry-after")).isEqualTo("1");
        assertThat(refused.body()).contains("\"violated-policies\":[\"few-concurrency\"]");
        assertThat(chain.get(BEN, "/shops/a").told()).isEqualTo("forwarded");
        assertThat(first.told() + second.told()).isEqualTo("forwardedforwarded");
        first.call().end();
        first.call().end();
        assertThat(chain.get(ANA, "/shops/a").told()).isEqualTo("forwarded");
        assertThat(chain.get(ANA, "/shops/a").told()).isEqualTo("429 CONCURRENCY_LIMIT_EXCEEDED");
        assertThat(chain.decisions).containsOnly("limit:few refused");
    }

    @Test
    void aPlaceAndARateHoldTogetherAndNeitherIsLostWhereTheOtherRefuses() {
        Chain chain = chain("[limits.both]\nkey = \"ip\"\nconcurrency = 1\nrates = [\"2/minute\"]", "\"both\"");
        Outcome first = chain.get(ANA, "/shops/a");
        assertThat(chain.get(ANA, "/shops/a").told()).isEqualTo("429 CONCURRENCY_LIMIT_EXCEEDED");
        first.call().end();
        Outcome second = chain.get(ANA, "/shops/a");
        assertThat(second.told()).as("the refused one cost nothing").isEqualTo("forwarded");
        second.call().end();
        Outcome third = chain.get(ANA, "/shops/a");
        assertThat(third.told()).isEqualTo(REFUSED);
        third.call().end();
        chain.clock.advance(Duration.ofSeconds(61));
        assertThat(chain.get(ANA, "/shops/a").told()).isEqualTo("forwarded");
    }

    @Test
    void placesInShadowAreCountedAndNeverRefused() {
        Chain chain = chain("[limits.few]\nkey = \"ip\"\nconcurrency = 2\nmode = \"shadow\"", "\"few\"");
        assertThat(passed(chain, 5, ANA, "/shops/a")).isEqualTo(5);
        assertThat(chain.decisions)
                .containsExactly("limit:few shadow_refused", "limit:few shadow_refused", "limit:few shadow_refused");
    }

    @Test
    void placesOfOneBucketAreSharedAndTakenOnce() {
        Chain chain = chain("""
                [limits.a]
                key = "ip"
                concurrency = 2
                bucket = "x"
                [limits.b]
                key = "ip"
                concurrency = 2
                bucket = "x"
                when = { methods = ["POST"] }
                """, "\"a\", \"b\"");
        assertThat(chain.ask("POST", ANA, "/shops/a").told()).isEqualTo("forwarded");
        assertThat(passed(chain, 5, ANA, "/shops/a")).isEqualTo(1);
    }

    @Test
    void aCallThatHasEndedHoldsNoPlace() {
        Chain chain = chain("[limits.few]\nkey = \"ip\"\nconcurrency = 1", "\"few\"");
        Outcome first = chain.get(ANA, "/shops/a");
        first.call().end();
        boolean[] left = new boolean[1];
        first.call().hold(() -> left[0] = true);
        assertThat(left[0]).isTrue();
    }

    @Test
    void whileTheStoreIsAwayANodeHasItsShareOfThePlaces() {
        Chain chain = chain("""
                [limits.few]
                key = "ip"
                concurrency = 6
                [limits.strict]
                key = "header:X-Strict"
                concurrency = 6
                on_store_failure = "deny"
                when = { methods = ["POST"] }
                [limits.lax]
                key = "header:X-Strict"
                concurrency = 1
                on_store_failure = "allow"
                """, "\"few\", \"strict\", \"lax\"");
        chain.nodes = 3;
        chain.failure = new StoreUnavailable("away");
        Outcome first = chain.get(ANA, "/shops/a");
        assertThat(passed(chain, 5, ANA, "/shops/a")).isEqualTo(1);
        first.call().end();
        assertThat(passed(chain, 5, ANA, "/shops/a")).isEqualTo(1);
        assertThat(chain.ask("POST", BEN, "/shops/a").told()).isEqualTo("503 STORE_UNAVAILABLE");
        assertThat(chain.decisions)
                .contains("limit:few counted_locally", "limit:strict unknown_denied", "limit:lax unknown_allowed");
    }

    private static final String COST = "cost = { response_header = \"X-Cost\", default = 2, max = 50 }";

    /** Requests of which the upstream says each time that they have cost so much, until one is refused. */
    private static int passed(Chain chain, String cost) {
        for (int passed = 0; passed < 100; passed++) {
            Outcome outcome = chain.get(ANA, "/shops/a");
            if (!outcome.told().equals("forwarded")) {
                return passed;
            }
            outcome.call().cost(cost);
            outcome.call().cost(cost);
        }
        return 100;
    }

    @Test
    void theUpstreamSaysWhatARequestHasCost() {
        String limit = "[limits.a]\nkey = \"ip\"\nrates = [\"20/minute\"]";
        assertThat(passed(chain(limit, "\"a\"", COST), "2")).isEqualTo(10);
        assertThat(passed(chain(limit, "\"a\"", COST), "9"))
                .as("beyond the quota, once")
                .isEqualTo(3);
        assertThat(passed(chain(limit, "\"a\"", COST), "0"))
                .as("what was taken goes back")
                .isEqualTo(100);
        assertThat(passed(chain(limit, "\"a\"", COST), "1")).isEqualTo(19);
        for (String garbage : new String[] {"", "x", "-1", "1.5", "9, 9", "\u0669"}) {
            assertThat(passed(chain(limit, "\"a\"", COST), garbage)).as(garbage).isEqualTo(10);
        }
    }

    @Test
    void whatAnUpstreamSaysIsBelievedUpToABound() {
        Chain chain = chain("[limits.a]\nkey = \"ip\"\nrates = [\"60/minute\"]", "\"a\"", COST);
        for (String much : new String[] {"1000000000", "999999999999999999", "99999999999999999999"}) {
            assertThat(passed(chain, much)).as(much).isEqualTo(2);
            chain.clock.advance(Duration.ofSeconds(61));
        }
    }

    @Test
    void everyIdentifierPaysOfThoseThatWereCounted() {
        Chain chain = chain("""
                [limits.a]
                key = "ip"
                rates = ["20/minute"]
                [limits.b]
                key = "subject"
                rates = ["200/minute"]
                """, "\"a\", \"b\"", COST);
        Outcome outcome = chain.get(ANA, "/shops/a", "Authorization", bearer("\"x\":1"));
        outcome.call().cost("30");
        assertThat(chain.get(ANA, "/shops/a").told()).isEqualTo(REFUSED);
        Outcome other = chain.get(BEN, "/shops/a", "Authorization", bearer("\"x\":1"));
        assertThat(other.call().limitReports().getLast().state().remaining()).isEqualTo(168);
    }

    @Test
    void whatIsAdmittedWithoutALateAnswerIsCountedInTheStoreToo() {
        Chain chain = chain("[limits.a]\nkey = \"ip\"\nrates = [\"20/minute\"]", "\"a\"", "");
        chain.nodes = 2;
        chain.failure = StoreUnavailable.late("late");
        assertThat(passed(chain, 10, ANA, "/shops/a")).isEqualTo(5);
        chain.failure = null;
        assertThat(passed(chain, 30, ANA, "/shops/a")).isEqualTo(15);
        chain.failure = new StoreUnavailable("away");
        assertThat(passed(chain, 10, BEN, "/shops/a")).isEqualTo(5);
        chain.failure = null;
        chain.get(BEN, "/shops/a");
        chain.clock.advance(Duration.ofSeconds(1));
        assertThat(passed(chain, 30, BEN, "/shops/a")).isIn(14, 15);
    }

    @Test
    void whatIsAdmittedWithoutALateAnswerCostsWhatTheUpstreamSays() {
        Chain chain = chain("[limits.a]\nkey = \"ip\"\nrates = [\"20/minute\"]", "\"a\"", COST);
        chain.failure = StoreUnavailable.late("late");
        Outcome told = chain.get(ANA, "/shops/a");
        Outcome silent = chain.get(ANA, "/shops/a");
        chain.failure = null;
        told.call().cost("7");
        told.call().end();
        silent.call().end();
        assertThat(chain.get(ANA, "/shops/a")
                        .call()
                        .limitReports()
                        .getLast()
                        .state()
                        .remaining())
                .isEqualTo(20 - 7 - 2 - 2);
    }

    @Test
    void whileTheStoreIsAwayTheNodesOwnCountPays() {
        Chain chain = chain("[limits.a]\nkey = \"ip\"\nrates = [\"20/minute\"]", "\"a\"", COST);
        chain.failure = new StoreUnavailable("away");
        assertThat(passed(chain, "9")).isEqualTo(1);
        chain.clock.advance(Duration.ofSeconds(61));
        assertThat(passed(chain, "1"))
                .as("half of the quota at once, but for the last that takes two")
                .isEqualTo(9);
    }
}
