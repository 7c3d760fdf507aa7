package app.rcommerce.gateway.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.order.Chain;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.token.Tokens;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BansTest {

    private static final String TOML = """
            [auth.jwt]
            algorithms = ["HS256"]
            secret = "%s"
            [[access.bans]]
            name = "probing"
            after = "5 401|404/minute"
            for = "10m"
            grows = 2.0
            max = "30m"
            [[access.bans]]
            name = "thieves"
            after = "5 401/minute"
            for = "1m"
            key = "identity"
            [limits.anonymous]
            key = "ip"
            applies_to = "anonymous"
            rates = ["3/hour"]
            ban = { after = "4 refusals/minute", for = "1m" }
            [limits.user]
            key = "subject"
            rates = ["1/hour"]
            ban = { after = "2 refusals/minute", for = "1m" }
            [upstreams.u]
            servers = ["http://127.0.0.1:8081"]
            [[routes]]
            name = "open"
            path = "/open/**"
            upstream = "u"
            [[routes]]
            name = "owned"
            path = "/owned"
            upstream = "u"
            auth = "optional"
            [[routes]]
            name = "limited"
            path = "/limited"
            upstream = "u"
            auth = "optional"
            limits = ["anonymous", "user"]
            """.formatted(Tokens.SECRET);
    private static final String CLIENT = "203.0.113.9";

    private final Chain chain = new Chain(TOML);

    private void probe(String address, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(chain.get(address, "/nothing").status()).isEqualTo(404);
        }
    }

    @Test
    void whoAsksForNothingAgainAndAgainIsBannedForAWhile() {
        probe(CLIENT, 4);
        assertThat(chain.get(CLIENT, "/open/").told()).isEqualTo("forwarded");
        assertThat(chain.banned).isEmpty();
        probe(CLIENT, 1);
        assertThat(chain.banned).containsExactly("probing ip:203.0.113.9 600");
        assertThat(chain.get(CLIENT, "/open/").told()).isEqualTo("403 BLOCKED");
        assertThat(chain.get("203.0.113.10", "/open/").told()).isEqualTo("forwarded");
        chain.clock.advance(Duration.ofMinutes(10));
        assertThat(chain.get(CLIENT, "/open/").told()).isEqualTo("forwarded");
    }

    @Test
    void theUpstreamsAnswersCountToo() {
        chain.upstream = 401;
        for (int i = 0; i < 5; i++) {
            chain.get(CLIENT, "/open/login");
        }
        assertThat(chain.banned).containsExactly("probing ip:203.0.113.9 600");
    }

    @Test
    void eachFurtherBanIsLongerUpToTheLongest() {
        for (int seconds : new int[] {600, 1200, 1800, 1800}) {
            probe(CLIENT, 5);
            assertThat(chain.banned.removeFirst()).isEqualTo("probing ip:203.0.113.9 " + seconds);
            chain.clock.advance(Duration.ofSeconds(seconds));
        }
        chain.clock.advance(Duration.ofHours(26));
        probe(CLIENT, 5);
        assertThat(chain.banned).containsExactly("probing ip:203.0.113.9 600");
    }

    @Test
    void whatABannedCallerAsksDoesNotProlongTheBan() {
        probe(CLIENT, 5);
        for (int i = 0; i < 100; i++) {
            assertThat(chain.get(CLIENT, "/nothing").status()).isEqualTo(403);
            chain.clock.advance(Duration.ofSeconds(5));
        }
        assertThat(chain.banned).hasSize(1);
    }

    @Test
    void connectionsClosedForTheirMisbehaviourCountForTheirAddress() {
        Chain floods = new Chain("""
                [[access.bans]]
                name = "floods"
                after = "3 misbehaviour/hour"
                for = "10m"
                [upstreams.u]
                servers = ["http://127.0.0.1:8081"]
                [[routes]]
                name = "open"
                path = "/open/**"
                upstream = "u"
                """);
        for (int i = 0; i < 3; i++) {
            assertThat(floods.get(CLIENT, "/nothing").status()).isEqualTo(404);
            assertThat(floods.banned).isEmpty();
            floods.bans.misbehaved(new byte[] {(byte) 203, 0, 113, 9});
        }
        assertThat(floods.banned).containsExactly("floods ip:203.0.113.9 600");
        assertThat(floods.get(CLIENT, "/open/").told()).isEqualTo("403 BLOCKED");
        for (int i = 0; i < 3; i++) {
            floods.bans.misbehaved(Addresses.parse("2001:db8:0:1::" + i));
        }
        assertThat(floods.banned).containsExactly("floods ip:203.0.113.9 600", "floods ip:2001:db8:0:1::/64 600");
    }

    @Test
    void anAddressOfIpv6IsBannedWithItsNetwork() {
        for (int i = 1; i <= 5; i++) {
            probe("2001:db8:0:1::" + i, 1);
        }
        assertThat(chain.banned).containsExactly("probing ip:2001:db8:0:1::/64 600");
        assertThat(chain.get("2001:db8:0:1::77", "/open/").told()).isEqualTo("403 BLOCKED");
        assertThat(chain.get("2001:db8:0:2::1", "/open/").told()).isEqualTo("forwarded");
    }

    @Test
    void refusalsByALimitBanWhomItCounts() {
        for (int i = 0; i < 3; i++) {
            assertThat(chain.get(CLIENT, "/limited").told()).isEqualTo("forwarded");
        }
        for (int i = 0; i < 4; i++) {
            assertThat(chain.get(CLIENT, "/limited").status()).isEqualTo(429);
        }
        assertThat(chain.banned).containsExactly("anonymous ip:203.0.113.9 60");
    }

    @Test
    void aVerifiedCallerIsBannedItselfAndNotItsAddress() {
        String token = "Bearer " + Tokens.hs256(Tokens.CLAIMS);
        assertThat(chain.get(CLIENT, "/limited", "authorization", token).told()).isEqualTo("forwarded");
        for (int i = 0; i < 2; i++) {
            assertThat(chain.get(CLIENT, "/limited", "authorization", token).status())
                    .isEqualTo(429);
        }
        assertThat(chain.banned).containsExactly("user user:42 60");
        assertThat(chain.get("198.51.100.7", "/limited", "authorization", token).told())
                .isEqualTo("403 BLOCKED");
        assertThat(chain.get(CLIENT, "/open/").told()).isEqualTo("forwarded");
    }

    @Test
    void whoPresentsARevokedTokenDoesNotBanItsOwner() {
        String token = "Bearer " + Tokens.hs256(Tokens.CLAIMS);
        chain.stores.revocations().revokeBefore(Identifier.user("42"), Long.MAX_VALUE / 2, Duration.ofHours(1));
        for (int i = 0; i < 5; i++) {
            assertThat(chain.get(CLIENT, "/owned", "authorization", token).status())
                    .isEqualTo(401);
        }
        assertThat(chain.banned).isNotEmpty().allMatch(ban -> ban.contains(" ip:203.0.113.9 "));
        chain.stores.revocations().restore(Identifier.user("42"));
        chain.clock.advance(Duration.ofSeconds(1));
        assertThat(chain.get("198.51.100.7", "/owned", "authorization", token).told())
                .isEqualTo("forwarded");
    }

    @Test
    void aLiftedBanIsOver() {
        probe(CLIENT, 5);
        chain.stores.blocks().unblock(Objects.requireNonNull(Subject.parse("ip:" + CLIENT)));
        assertThat(chain.get(CLIENT, "/open/").told()).isEqualTo("forwarded");
        chain.clock.advance(Duration.ofSeconds(3));
        probe(CLIENT, 4);
        assertThat(chain.banned).hasSize(1);
        assertThat(chain.get(CLIENT, "/open/").told()).isEqualTo("forwarded");
        probe(CLIENT, 1);
        assertThat(chain.banned).hasSize(2);
    }

    @Test
    void afterABanItTakesAsManyRefusalsAgain() {
        for (int i = 0; i < 3; i++) {
            chain.get(CLIENT, "/limited");
        }
        for (int i = 0; i < 4; i++) {
            chain.get(CLIENT, "/limited");
        }
        assertThat(chain.banned).hasSize(1);
        chain.clock.advance(Duration.ofSeconds(60));
        for (int i = 0; i < 3; i++) {
            assertThat(chain.get(CLIENT, "/limited").status()).isEqualTo(429);
        }
        assertThat(chain.banned).hasSize(1);
        chain.get(CLIENT, "/limited");
        assertThat(chain.banned).hasSize(2);
    }

    @Test
    void aBanShortensNoBlockAndCountsForNothingBesideOne() {
        probe(CLIENT, 4);
        Call underWay = chain.get(CLIENT, "/open/").call();
        Subject subject = Objects.requireNonNull(Subject.parse("ip:" + CLIENT));
        chain.stores.blocks().block(subject, Duration.ofDays(7), "by hand");
        chain.bans.answered(underWay, 404);
        assertThat(chain.banned).isEmpty();
        chain.clock.advance(Duration.ofDays(6));
        assertThat(chain.get(CLIENT, "/open/").told()).isEqualTo("403 BLOCKED");
        chain.clock.advance(Duration.ofDays(2));
        probe(CLIENT, 5);
        assertThat(chain.banned).containsExactly("probing ip:203.0.113.9 600");
    }

    @Test
    void nobodyIsBannedWhileTheStoreIsAway() {
        chain.failure = new StoreUnavailable("away");
        probe(CLIENT, 20);
        assertThat(chain.banned).isEmpty();
        chain.failure = null;
        assertThat(chain.get(CLIENT, "/open/").told()).isEqualTo("forwarded");
    }
}
