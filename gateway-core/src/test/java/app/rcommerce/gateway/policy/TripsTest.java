package app.rcommerce.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Taken;
import app.rcommerce.gateway.store.RevocationStore.Standing;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is asked of the store on every request is asked in as few trips as the order of the decisions allows. */
class TripsTest {

    private static final String CONFIG = PoliciesTest.CONFIG
            + """
            [cache]
            consistency = "strict"
            [[routes]]
            name = "trips"
            path = "/trips/**"
            upstream = "commerce"
            auth = "optional"
            limits = ["anonymous", "flood"]
            cache = { ttl = "1m", shared = true }
            [[routes]]
            name = "members"
            path = "/members/**"
            upstream = "commerce"
            auth = "required"
            limits = ["flood", "user"]
            cache = { ttl = "1m", shared = true }
            """;

    private static final String TOKEN = "Bearer " + PoliciesTest.TOKEN;

    private final TripChain chain = new TripChain(CONFIG);

    @Test
    void aCallerWithoutACredentialCostsOne() {
        var run = chain.get("/trips/1");
        assertThat(run.trip()).containsExactlyInAnyOrder("find ip:203.0.113.9", "take ip:203.0.113.9", "get");
        assertThat(run.status()).isZero();
    }

    @Test
    void aCallerWithATokenCostsTwo() {
        var run = chain.get("/trips/1", "authorization", TOKEN);
        assertThat(run.trip()).containsExactlyInAnyOrder("find ip:203.0.113.9", "take ip:203.0.113.9");
        assertThat(run.trip()).containsExactlyInAnyOrder("find user:42", "standing", "get");
        assertThat(run.status()).isZero();
    }

    @Test
    void aLimitOfItsIdentityCostsOneMore() {
        var run = chain.get("/members/1", "authorization", TOKEN);
        run.trip();
        assertThat(run.trip()).containsExactlyInAnyOrder("find user:42", "standing", "get");
        assertThat(run.trip()).containsExactly("take user:42");
        assertThat(run.status()).isZero();
    }

    @Test
    void aRevokedTokenNeverSpendsItsOwnersQuota() {
        chain.standing = new Standing(true, 0);
        var run = chain.get("/members/1", "authorization", TOKEN);
        run.trip();
        assertThat(run.trip()).contains("standing");
        assertThat(run.status()).isEqualTo(401);
        assertThat(run.trip()).isEmpty();
    }

    @Test
    void aBlockedAddressLearnsNothingElse() {
        chain.block = new Block(new Subject.One(Identifier.ip("203.0.113.9")), "", Long.MAX_VALUE);
        for (String path : List.of("/trips/1", "/no/such/route")) {
            var run = chain.get(path);
            run.trip();
            assertThat(run.status()).as(path).isEqualTo(403);
        }
    }

    @Test
    void ofARefusedCallerNoReplyIsAskedForWhereThatIsKnownAtOnce() {
        chain.taken = new Taken(
                false, 1000, List.of(new Taken.State(0, 0, true), new Taken.State(0, 0, true), new Taken.State(0, 0, true)));
        var run = chain.get("/trips/1");
        assertThat(run.trip()).containsExactly("find ip:203.0.113.9");
        assertThat(run.status()).isEqualTo(429);
    }

    @Test
    void whoHasToPresentACredentialAndDoesNotCausesNoReadingOfReplies() {
        var run = chain.get("/members/1");
        assertThat(run.trip()).doesNotContain("get");
        assertThat(run.status()).isEqualTo(401);
    }
}
