package app.rcommerce.gateway.balance;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoundRobinTest {

    private final HandClock clock = new HandClock();
    private final Endpoint a = new Endpoint("a", 10, clock);
    private final Endpoint b = new Endpoint("b", 10, clock);
    private final Endpoint c = new Endpoint("c", 10, clock);
    private final RoundRobin balancer = new RoundRobin();

    /** All attempts of one request, each of which is refused. */
    private List<Endpoint> attempts(List<Endpoint> endpoints) {
        List<Endpoint> attempts = new ArrayList<>();
        Set<Endpoint> tried = new HashSet<>();
        for (Endpoint one = balancer.choose(endpoints, tried); one != null; one = balancer.choose(endpoints, tried)) {
            attempts.add(one);
            tried.add(one);
        }
        return attempts;
    }

    private List<Endpoint> chosen(int requests) {
        List<Endpoint> chosen = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            chosen.add(balancer.choose(List.of(a, b, c), Set.of()));
        }
        return chosen;
    }

    @Test
    void serversTakeTurns() {
        assertThat(chosen(5)).containsExactly(a, b, c, a, b);
    }

    @Test
    void whatHasRefusedARequestIsNotTriedAgainAndEveryOtherOneIs() {
        assertThat(attempts(List.of(a, b, c))).containsExactlyInAnyOrder(a, b, c);
        assertThat(attempts(List.of(a))).containsExactly(a);
    }

    @Test
    void oneThatTakesNoConnectionsComesLastForAWhileAndIsTriedOnceInAWhile() {
        b.refused();
        assertThat(chosen(4)).containsExactly(a, c, a, c);
        assertThat(attempts(List.of(a, b, c))).endsWith(b);
        clock.advance(Duration.ofSeconds(10));
        assertThat(chosen(6)).containsOnlyOnce(b);
        b.connected();
        assertThat(chosen(3)).containsExactlyInAnyOrder(a, b, c);
    }

    @Test
    void oneThatIsTriedAgainIsOnTrialUntilTheTrialEnds() {
        b.refused();
        assertThat(b.isOnTrial()).isFalse();
        clock.advance(Duration.ofSeconds(10));
        chosen(3);
        assertThat(b.isOnTrial()).isTrue();
        b.refused();
        assertThat(b.isOnTrial()).isFalse();
        clock.advance(Duration.ofSeconds(10));
        chosen(3);
        b.connected();
        assertThat(b.isOnTrial()).isFalse();
    }

    @Test
    void whereNoneTakesConnectionsAllAreTried() {
        List.of(a, b, c).forEach(Endpoint::refused);
        assertThat(attempts(List.of(a, b, c))).containsExactlyInAnyOrder(a, b, c);
    }

    @Test
    void whereNoneTakesConnectionsTheyTakeTurnsToo() {
        List.of(a, b, c).forEach(Endpoint::refused);
        assertThat(chosen(5)).containsExactly(a, b, c, a, b);
    }

    @Test
    void aServerThatIsAloneIsChosenWhateverItDid() {
        a.refused();
        assertThat(balancer.choose(List.of(a), Set.of())).isEqualTo(a);
    }

    @Test
    void placesAreBounded() {
        Endpoint two = new Endpoint("two", 2, clock);
        assertThat(two.enter() && two.enter()).isTrue();
        assertThat(two.enter()).isFalse();
        assertThat(two.requests()).isEqualTo(2);
        two.leave();
        assertThat(two.enter()).isTrue();
        assertThat(two.reserve() && two.reserve()).isTrue();
        assertThat(two.reserve()).isFalse();
        assertThat(two.connections()).isEqualTo(2);
        two.unreserve();
        assertThat(two.reserve()).isTrue();
        assertThat(two).hasToString("two");
    }
}
