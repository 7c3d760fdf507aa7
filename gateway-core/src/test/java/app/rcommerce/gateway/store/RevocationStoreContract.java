package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link RevocationStore} must do; the store of each test is empty at first. */
public abstract class RevocationStoreContract {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(500);
    private static final Identifier SUBJECT = Identifier.user("42");
    private static final String TOKEN = "sha256:" + "ab".repeat(32);

    /** The store. */
    protected abstract RevocationStore store();

    /** Its time. */
    protected abstract Passage time();

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** What is known against a token. */
    private record Standing(boolean revoked, long cutoffMillis) {
        static final Standing GOOD = new Standing(false, RevocationStore.NO_CUTOFF);
    }

    private Standing standing() {
        return standing(TOKEN, SUBJECT);
    }

    private Standing standing(String token, Identifier subject) {
        return new Standing(now(store().isRevoked(token)), now(store().cutoff(subject)));
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(standing()).isEqualTo(Standing.GOOD);
        assertThat(now(store().restore(TOKEN))).isFalse();
        assertThat(now(store().restore(SUBJECT))).isFalse();
    }

    @Test
    void aRevokedTokenIsRevokedAndNoOther() {
        now(store().revoke(TOKEN, HOUR, "stolen \"laptop\""));
        assertThat(standing()).isEqualTo(new Standing(true, RevocationStore.NO_CUTOFF));
        assertThat(standing("another", SUBJECT)).isEqualTo(Standing.GOOD);
    }

    @Test
    void aRevocationEndsByItself() {
        now(store().revoke(TOKEN, SOON, ""));
        assertThat(standing().revoked()).isTrue();
        time().within(SOON, () -> assertThat(standing()).isEqualTo(Standing.GOOD));
    }

    @Test
    void aSubjectsTokensOfBeforeATimeAreRevoked() {
        long cutoff = time().millis();
        now(store().revokeBefore(SUBJECT, cutoff, HOUR));
        assertThat(standing()).isEqualTo(new Standing(false, cutoff));
        assertThat(standing(TOKEN, Identifier.user("43"))).isEqualTo(Standing.GOOD);
    }

    @Test
    void aCutoffEndsByItself() {
        now(store().revokeBefore(SUBJECT, time().millis(), SOON));
        time().within(SOON, () -> assertThat(standing()).isEqualTo(Standing.GOOD));
    }

    @Test
    void bothAreTold() {
        long cutoff = time().millis();
        now(store().revokeBefore(SUBJECT, cutoff - 1000, HOUR));
        now(store().revokeBefore(SUBJECT, cutoff, HOUR));
        now(store().revoke(TOKEN, HOUR, ""));
        assertThat(standing()).isEqualTo(new Standing(true, cutoff));
    }

    @Test
    void whatIsRestoredIsGoodAgain() {
        now(store().revoke(TOKEN, HOUR, ""));
        now(store().revokeBefore(SUBJECT, time().millis(), HOUR));
        assertThat(now(store().restore(TOKEN))).isTrue();
        assertThat(now(store().restore(SUBJECT))).isTrue();
        assertThat(standing()).isEqualTo(Standing.GOOD);
        assertThat(now(store().restore(TOKEN))).isFalse();
        assertThat(now(store().restore(SUBJECT))).isFalse();
    }
}
