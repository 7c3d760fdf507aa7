package app.rcommerce.gateway.limit.shared;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DueEntriesTest {

    private static final Meters METERS = Meters.of(List.of(new Meter("a", "a:60000", 10, 60_000, true)));

    private final LeaseEntry entry = new LeaseEntry(new LeaseEntry.Key(Identifier.user("u"), METERS), false, 0);
    private final List<LeaseEntry> taken = new ArrayList<>();

    private static long at(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** A monotonic clock may begin anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {0, -7_000_000_000L, Long.MIN_VALUE / 2, Long.MAX_VALUE / 2})
    void anEntryIsTakenOnceItIsDueAndOnce(long start) {
        DueEntries due = new DueEntries(start);
        due.add(entry, start + at(100));
        due.take(start + at(94), taken::add);
        assertThat(taken).isEmpty();
        due.take(start + at(120), taken::add);
        assertThat(taken).containsExactly(entry);
        assertThat(due.isDue(entry)).isTrue();
        due.take(start + at(10_000), taken::add);
        assertThat(taken).hasSize(1);
    }

    @Test
    void whatComesSoonerAlreadyIsNotAddedAgainAndWhatComesSoonerNowIs() {
        DueEntries due = new DueEntries(0);
        due.add(entry, at(200));
        due.add(entry, at(300));
        due.add(entry, at(200));
        due.add(entry, at(60));
        due.take(at(100), taken::add);
        assertThat(taken).containsExactly(entry);
        due.add(entry, at(500));
        assertThat(due.isDue(entry)).isFalse();
        due.take(at(400), taken::add);
        assertThat(taken).as("its old place, where it is not due").hasSize(2);
        assertThat(due.isDue(entry)).isFalse();
        due.take(at(600), taken::add);
        assertThat(taken).hasSize(3);
        assertThat(due.isDue(entry)).isTrue();
    }

    @Test
    void whatIsDueLaterThanTheWheelReachesComesAtItsEndAndWhatWasDueLongAgoAtOnce() {
        DueEntries due = new DueEntries(0);
        due.add(entry, at(90_000));
        due.take(at(1_250), taken::add);
        assertThat(taken).isEmpty();
        due.take(at(1_280), taken::add);
        assertThat(taken).hasSize(1);
        due.add(entry, at(3));
        due.take(at(1_290), taken::add);
        assertThat(taken).hasSize(2);
    }

    @Test
    void aSweepThatIsLateTakesEverything() {
        DueEntries due = new DueEntries(0);
        due.add(entry, at(200));
        due.take(at(60_000), taken::add);
        assertThat(taken).containsExactly(entry);
    }
}
