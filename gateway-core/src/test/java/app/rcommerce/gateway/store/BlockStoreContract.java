package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Identifier;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link BlockStore} must do; the store of each test is empty at first. */
public abstract class BlockStoreContract {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(500);

    /** The store. */
    protected abstract BlockStore store();

    /** Its time. */
    protected abstract Passage time();

    private static Subject subject(String text) {
        return Objects.requireNonNull(Subject.parse(text));
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private Block find(String identifier) {
        return now(store().find(Objects.requireNonNull(Identifier.parse(identifier))));
    }

    private void block(String subject, Duration life, String reason) {
        now(store().block(subject(subject), life, reason));
    }

    @Test
    void nothingIsBlockedAtFirst() {
        assertThat(find("ip:203.0.113.9")).isNull();
        assertThat(now(store().ranges())).isEmpty();
        assertThat(now(store().list(10))).isEmpty();
    }

    @Test
    void whatIsBlockedIsFoundWithReasonAndEnd() {
        for (String text : List.of("ip:203.0.113.9", "ip:2001:db8::1", "key:erp", "user:42", "user:a b:c\n")) {
            block(text, HOUR, "scraping \"all\"\nday \u00e9");
            Block found = find(text);
            assertThat(found).isNotNull();
            assertThat(found.subject()).isEqualTo(subject(text));
            assertThat(found.reason()).isEqualTo("scraping \"all\"\nday \u00e9");
            long end = time().millis() + HOUR.toMillis();
            assertThat(found.untilMillis()).isBetween(end - 10_000, end + 10_000);
        }
        assertThat(find("user:43")).isNull();
        assertThat(find("key:42")).isNull();
    }

    private boolean ban(String subject, Duration life, String reason) {
        return now(store().ban(subject(subject), life, reason));
    }

    @Test
    void aBanIsABlockWhereThereIsNone() {
        for (String text : List.of("ip:203.0.113.9", "key:erp", "user:42")) {
            assertThat(ban(text, HOUR, "ban probing")).isTrue();
            Block found = find(text);
            assertThat(found).isNotNull();
            assertThat(found.reason()).isEqualTo("ban probing");
            long end = time().millis() + HOUR.toMillis();
            assertThat(found.untilMillis()).isBetween(end - 10_000, end + 10_000);
        }
        assertThat(ban("2001:db8::/56", HOUR, "ban probing")).isTrue();
        assertThat(now(store().ranges()))
                .singleElement()
                .extracting(Block::reason)
                .isEqualTo("ban probing");
    }

    @Test
    void aBanLeavesWhatIsBlockedAlreadyAsItIs() {
        for (String text : List.of("ip:203.0.113.9", "user:42", "2001:db8::/56")) {
            block(text, HOUR.multipliedBy(24), "by hand");
            assertThat(ban(text, HOUR, "ban probing")).isFalse();
        }
        assertThat(ban("key:erp", HOUR, "first")).isTrue();
        assertThat(ban("key:erp", HOUR, "second")).isFalse();
        assertThat(find("ip:203.0.113.9").reason()).isEqualTo("by hand");
        assertThat(find("ip:203.0.113.9").untilMillis()).isGreaterThan(time().millis() + HOUR.toMillis() * 23);
        assertThat(find("key:erp").reason()).isEqualTo("first");
        Block range = now(store().ranges()).getFirst();
        assertThat(range.reason()).isEqualTo("by hand");
        assertThat(range.untilMillis()).isGreaterThan(time().millis() + HOUR.toMillis() * 23);
    }

    @Test
    void whoseBlockHasEndedCanBeBanned() {
        block("key:erp", SOON, "");
        block("2001:db8::/64", SOON, "");
        block("2001:db8::/56", SOON, "");
        assertThat(subject("2001:db8::/64")).isInstanceOf(Subject.One.class);
        assertThat(subject("2001:db8::/56")).isInstanceOf(Subject.Range.class);
        // Each has an end of its own: the one written last outlives the others by as long as writing took.
        time().within(SOON, () -> {
            assertThat(find("key:erp")).isNull();
            assertThat(find("ip:2001:db8::/64")).isNull();
            assertThat(now(store().ranges())).isEmpty();
        });
        assertThat(ban("key:erp", HOUR, "")).isTrue();
        assertThat(ban("2001:db8::/64", HOUR, "")).isTrue();
        assertThat(ban("2001:db8::/56", HOUR, "")).isTrue();
    }

    @Test
    void aBlockEndsByItself() {
        block("key:erp", SOON, "");
        assertThat(find("key:erp")).isNotNull();
        time().within(SOON, () -> assertThat(find("key:erp")).isNull());
    }

    @Test
    void aLaterEntryTakesThePlaceOfAnEarlierOne() {
        block("key:erp", HOUR, "first");
        block("key:erp", HOUR.multipliedBy(3), "second");
        Block found = find("key:erp");
        assertThat(found.reason()).isEqualTo("second");
        assertThat(found.untilMillis())
                .isGreaterThan(time().millis() + HOUR.multipliedBy(2).toMillis());
        assertThat(now(store().list(10))).hasSize(1);
    }

    @Test
    void unblockingTellsWhetherThereWasAnEntry() {
        for (String text : List.of("key:erp", "ip:10.1.0.0/16")) {
            assertThat(now(store().unblock(subject(text)))).isFalse();
            block(text, HOUR, "");
            assertThat(now(store().unblock(subject(text)))).isTrue();
            assertThat(now(store().unblock(subject(text)))).isFalse();
        }
        assertThat(find("key:erp")).isNull();
        assertThat(now(store().ranges())).isEmpty();
    }

    @Test
    void rangesAreListedAndNotFoundAsIdentifiers() {
        block("ip:203.0.113.0/24", HOUR, "net");
        block("ip:2001:db8::/32", HOUR, "six");
        block("ip:203.0.113.9", HOUR, "one");
        assertThat(now(store().ranges()))
                .extracting(block -> block.subject() + " " + block.reason())
                .containsExactlyInAnyOrder("ip:203.0.113.0/24 net", "ip:2001:db8::/32 six");
        assertThat(find("ip:203.0.113.10")).isNull();
    }

    @Test
    void aRangeEndsByItselfWhileOthersStay() {
        block("ip:10.1.0.0/16", HOUR, "");
        block("ip:10.2.0.0/16", SOON, "");
        assertThat(now(store().ranges())).hasSize(2);
        time().within(
                        SOON,
                        () -> assertThat(now(store().ranges()))
                                .extracting(block -> block.subject().toString())
                                .containsExactly("ip:10.1.0.0/16"));
        block("ip:10.3.0.0/16", HOUR, "");
        assertThat(now(store().ranges())).hasSize(2);
        assertThat(now(store().unblock(subject("ip:10.2.0.0/16")))).isFalse();
    }

    @Test
    void aRangeMayBeGivenALongerOrAShorterLife() {
        block("ip:10.1.0.0/16", SOON, "");
        block("ip:10.1.0.0/16", HOUR, "longer");
        block("ip:10.2.0.0/16", HOUR, "");
        block("ip:10.2.0.0/16", SOON, "shorter");
        time().within(
                        SOON,
                        () -> assertThat(now(store().ranges()))
                                .extracting(Block::reason)
                                .containsExactly("longer"));
    }

    @Test
    void theListHoldsEverythingUpToABound() {
        for (int i = 0; i < 30; i++) {
            block("key:k" + i, HOUR, "r" + i);
        }
        block("ip:10.1.0.0/16", HOUR, "net");
        assertThat(now(store().list(100))).hasSize(31).extracting(Block::reason).contains("r0", "r29", "net");
        assertThat(now(store().list(7))).hasSize(7);
    }

    /** A node looks it up as it does an address, and need not hold all of them. */
    @Test
    void anIpv6NetworkIsAnEntryOfItsOwnAndNoRange() {
        block("ip:2001:db8:0:1::/64", HOUR, "net");
        assertThat(find("ip:2001:db8:0:1::/64")).isNotNull();
        assertThat(now(store().ranges())).isEmpty();
        assertThat(now(store().list(10)))
                .extracting(block -> block.subject().toString())
                .containsExactly("ip:2001:db8:0:1::/64");
        assertThat(now(store().ban(subject("ip:2001:db8:0:1::/64"), HOUR, ""))).isFalse();
        assertThat(now(store().unblock(subject("ip:2001:db8:0:1::/64")))).isTrue();
        assertThat(find("ip:2001:db8:0:1::/64")).isNull();
        assertThat(now(store().ban(subject("ip:2001:db8:0:2::/64"), HOUR, ""))).isTrue();
    }
}
