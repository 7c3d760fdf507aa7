package app.rcommerce.gateway.policy.order;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.KeySource;
import app.rcommerce.gateway.token.Tokens;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * What is asked of the store on every request is asked in one trip, or where cryptography is due in as few as it
 * allows.
 */
class TripsTest {

    private static final String CONFIG = PoliciesTest.CONFIG + """
            [cache]
            consistency = "strict"
            [limits.crowd]
            key = "ip"
            concurrency = 1
            [[routes]]
            name = "crowded"
            path = "/crowded/**"
            upstream = "commerce"
            limits = ["anonymous", "crowd"]
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
            limits = ["flood", "user", "api_key"]
            cache = { ttl = "1m", shared = true }
            """;

    private static final List<String> ORDER = List.of(
            "FindClient",
            "RefuseBlockedAddress",
            "FindRoute",
            "LimitAddress",
            "Authenticate",
            "ExemptIdentity",
            "RefuseBlockedIdentity",
            "RefuseBlockedIdentity",
            "RefuseRevoked",
            "LimitIdentity",
            "RequireScopes",
            "CheckHandshake",
            "LimitWebSockets",
            "ResumeSocket",
            "LookUpReply");

    private static final String TOKEN = "Bearer " + Chain.TOKEN;

    private final TripChain chain = new TripChain(CONFIG);

    @Test
    void aCallerWithoutACredentialCostsOne() {
        var run = chain.get("/trips/1");
        assertThat(run.trip()).containsExactlyInAnyOrder("find ip:203.0.113.9", "take ip:203.0.113.9", "get");
        assertThat(run.status()).isZero();
    }

    /** As any caller whose token has been seen before. */
    private TripChain.Run remembered(String path) {
        boolean revoked = chain.revoked;
        chain.revoked = false;
        chain.get(path, "authorization", TOKEN).answered();
        chain.revoked = revoked;
        return chain.get(path, "authorization", TOKEN);
    }

    @Test
    void aCallerWithAKnownTokenCostsOne() {
        var run = remembered("/members/1");
        assertThat(run.trip())
                .containsExactlyInAnyOrder(
                        "find ip:203.0.113.9",
                        "take ip:203.0.113.9",
                        "find user:42",
                        "isRevoked",
                        "cutoff",
                        "take user:42",
                        "get");
        assertThat(run.status()).isZero();
        assertThat(run.trip()).isEmpty();
    }

    @Test
    void aCallerWithAnApiKeyCostsOne() {
        var run = chain.get("/members/1", "x-api-key", Chain.KEY);
        assertThat(run.trip())
                .containsExactlyInAnyOrder(
                        "find ip:203.0.113.9", "take ip:203.0.113.9", "find key:erp", "take key:erp", "get");
        assertThat(run.status()).isZero();
    }

    @Test
    void anAppsKeyBesideAKnownTokenCostsOne() {
        chain.get("/members/1", "authorization", TOKEN).answered();
        var run = chain.get("/members/1", "authorization", TOKEN, "x-api-key", Chain.KEY);
        assertThat(run.trip())
                .contains("find key:erp", "find user:42", "take key:erp", "take user:42", "isRevoked", "get");
        assertThat(run.status()).isZero();
        assertThat(run.trip()).isEmpty();
        var unknown = chain.get("/members/1", "authorization", TOKEN, "x-api-key", "uNkNoWn1.key");
        assertThat(unknown.trip())
                .as("nobody is known")
                .containsExactlyInAnyOrder("find ip:203.0.113.9", "take ip:203.0.113.9");
        assertThat(unknown.status()).isEqualTo(401);
    }

    @Test
    void aTokenThatHasToBeVerifiedCostsTwo() {
        var run = chain.get("/trips/1", "authorization", TOKEN);
        assertThat(run.trip()).containsExactlyInAnyOrder("find ip:203.0.113.9", "take ip:203.0.113.9");
        assertThat(run.trip()).containsExactlyInAnyOrder("find user:42", "isRevoked", "cutoff", "get");
        assertThat(run.status()).isZero();
    }

    @Test
    void aLimitOfItsIdentityCostsOneMoreThen() {
        var run = chain.get("/members/1", "authorization", TOKEN);
        run.trip();
        assertThat(run.trip()).containsExactlyInAnyOrder("find user:42", "isRevoked", "cutoff", "get");
        assertThat(run.trip()).containsExactly("take user:42");
        assertThat(run.status()).isZero();
    }

    @Test
    void aRevokedTokenNeverSpendsItsOwnersQuota() {
        chain.revoked = true;
        var run = chain.get("/members/1", "authorization", TOKEN);
        run.trip();
        assertThat(run.trip()).contains("isRevoked", "cutoff");
        assertThat(run.status()).isEqualTo(401);
        assertThat(run.trip()).isEmpty();
    }

    @Test
    void whatARevokedTokenTookInTheSameTripGoesBack() {
        chain.revoked = true;
        var run = remembered("/members/1");
        assertThat(run.trip()).contains("isRevoked", "cutoff", "take user:42");
        assertThat(run.status()).isEqualTo(401);
        assertThat(run.trip()).containsExactly("giveBack");
    }

    /** A held permit is taken without asking anybody. */
    @Test
    void whatARevokedTokenTookOfWhatIsHeldGoesBackToo() {
        chain.revoked = true;
        chain.held = true;
        var run = remembered("/members/1");
        assertThat(run.trip()).contains("isRevoked", "cutoff").doesNotContain("take user:42");
        assertThat(run.status()).isEqualTo(401);
        assertThat(run.trip()).containsExactly("giveBack");
    }

    @Test
    void whatIsHeldIsSpentByWhoseTokenIsGood() {
        chain.held = true;
        var run = remembered("/members/1");
        assertThat(run.trip()).contains("isRevoked", "cutoff").doesNotContain("take user:42");
        assertThat(run.status()).isZero();
        assertThat(run.trip()).isEmpty();
    }

    /** Else a flood with a revoked token would hold what its owner has left. */
    @Test
    void aTokenThatWasRevokedWhenLastSeenTakesNothing() {
        chain.revoked = true;
        remembered("/members/1").answered();
        var run = chain.get("/members/1", "authorization", TOKEN);
        assertThat(run.trip()).containsExactlyInAnyOrder("find ip:203.0.113.9", "take ip:203.0.113.9");
        assertThat(run.trip()).containsExactlyInAnyOrder("find user:42", "isRevoked", "cutoff", "get");
        assertThat(run.status()).isEqualTo(401);
        assertThat(run.trip()).isEmpty();
    }

    @Test
    void norDoesItBesideAnAppsKey() {
        chain.revoked = true;
        remembered("/members/1").answered();
        var run = chain.get("/members/1", "authorization", TOKEN, "x-api-key", Chain.KEY);
        assertThat(run.trip()).containsExactlyInAnyOrder("find ip:203.0.113.9", "take ip:203.0.113.9");
        assertThat(run.trip()).doesNotContain("take user:42", "take key:erp").contains("isRevoked", "cutoff");
        assertThat(run.status()).isEqualTo(401);
        assertThat(run.trip()).isEmpty();
    }

    @Test
    void anAppsKeyIsNoSuspectForTheTokenBesideIt() {
        chain.revoked = true;
        chain.get("/members/1", "authorization", TOKEN, "x-api-key", Chain.KEY).answered();
        var run = chain.get("/members/1", "x-api-key", Chain.KEY);
        assertThat(run.trip())
                .containsExactlyInAnyOrder(
                        "find ip:203.0.113.9", "take ip:203.0.113.9", "find key:erp", "take key:erp", "get");
        assertThat(run.status()).isZero();
    }

    @Test
    void onceItIsRestoredItCostsOneTripAgain() {
        chain.revoked = true;
        remembered("/members/1").answered();
        chain.revoked = false;
        remembered("/members/1").answered();
        var run = chain.get("/members/1", "authorization", TOKEN);
        assertThat(run.trip()).contains("isRevoked", "cutoff", "take user:42");
        assertThat(run.trip()).isEmpty();
    }

    @Test
    void whoFindsNoPlaceTakesNoPermits() {
        chain.full = true;
        var run = chain.get("/crowded/1");
        assertThat(run.trip()).containsExactly("find ip:203.0.113.9");
        assertThat(run.status()).isEqualTo(429);
        assertThat(run.trip()).isEmpty();
    }

    @Test
    void whatABlockedCallerTookInTheSameTripGoesBack() {
        chain.block = new Block(new Subject.One(Identifier.ip("203.0.113.9")), "", Long.MAX_VALUE);
        var run = chain.get("/members/1", "x-api-key", Chain.KEY);
        assertThat(run.trip()).contains("take ip:203.0.113.9", "take key:erp");
        assertThat(run.status()).isEqualTo(403);
        assertThat(run.trip()).containsExactly("giveBack");
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
        chain.decision = new Decision(
                false,
                1000,
                List.of(
                        new Decision.State(0, 0, true),
                        new Decision.State(0, 0, true),
                        new Decision.State(0, 0, true)));
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

    @Test
    void theOrderOfDecisionsIsTheSameInBothModes() {
        assertThat(chain.order()).isEqualTo(ORDER);
        assertThat(near().order()).isEqualTo(ORDER);
    }

    private static TripChain near() {
        return new TripChain(CONFIG.replace("consistency = \"strict\"", "consistency = \"near\""));
    }

    @Test
    void inNearModeANewCallerCostsNoMoreThanInStrictMode() {
        TripChain near = near();
        var key = near.get("/members/1", "x-api-key", Chain.KEY);
        assertThat(key.trip())
                .containsExactlyInAnyOrder(
                        "find ip:203.0.113.9", "take ip:203.0.113.9", "find key:erp", "take key:erp", "get");
        assertThat(key.status()).isZero();
        var token = near().get("/members/1", "authorization", TOKEN);
        assertThat(token.trip()).containsExactlyInAnyOrder("find ip:203.0.113.9", "take ip:203.0.113.9");
        assertThat(token.trip()).containsExactlyInAnyOrder("find user:42", "isRevoked", "cutoff", "get");
        assertThat(token.trip()).containsExactly("take user:42");
        assertThat(token.status()).isZero();
    }

    @Test
    void inNearModeAFloodWithARevokedTokenTakesNothingOfItsOwners() {
        TripChain near = near();
        near.get("/members/1", "authorization", TOKEN).answered();
        near.revoked = true;
        near.get("/members/1", "authorization", TOKEN).answered();
        for (int i = 0; i < 3; i++) {
            var run = near.get("/members/1", "authorization", TOKEN);
            while (!run.trip().isEmpty()) {
                assertThat(run.trip()).doesNotContain("take user:42");
            }
        }
    }

    @Test
    void aTokenThatHasToBeVerifiedIsAskedAboutOnlyThen() {
        KeyPair pair = Tokens.ed25519();
        CompletableFuture<KeySet> fetched = new CompletableFuture<>();
        TripChain fetching = new TripChain(
                CONFIG.replace("[\"HS256\"]", "[\"HS256\", \"EdDSA\"]")
                        .replace("audience", "jwks_url = \"https://keys.test/jwks\"\naudience"),
                new KeySource() {
                    @Override
                    public KeySet current() {
                        return KeySet.EMPTY;
                    }

                    @Override
                    public CompletionStage<KeySet> refresh() {
                        return fetched;
                    }
                });
        fetching.revoked = true;
        String token = Tokens.sign("EdDSA", pair.getPrivate(), "{\"alg\":\"EdDSA\",\"kid\":\"new\"}", Tokens.CLAIMS);
        var run = fetching.get("/members/1", "authorization", "Bearer " + token);
        assertThat(run.trip()).containsExactlyInAnyOrder("find ip:203.0.113.9", "take ip:203.0.113.9");
        assertThat(run.trip()).as("while its key is fetched").isEmpty();
        fetched.complete(KeySet.ofJwks(
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"new\",\"x\":\"" + Tokens.x(pair) + "\"}]}"));
        assertThat(run.trip()).containsExactlyInAnyOrder("find user:42", "isRevoked", "cutoff", "get");
        assertThat(run.status()).isEqualTo(401);
        assertThat(run.trip()).isEmpty();
    }
}
