package app.rcommerce.gateway.server.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class HoldingTest {

    private final MemoryBudget budget = new MemoryBudget(10_000);

    @Test
    void aBudgetHasRoomForSoManyConnections() {
        int room = Holding.connections(budget);
        for (int i = 0; i < room; i++) {
            assertThat(Holding.begin(new EmbeddedChannel(), budget)).isTrue();
        }
        assertThat(Holding.begin(new EmbeddedChannel(), budget)).isFalse();
    }

    @Test
    void whatIsTakenIsCountedAndGivenBack() {
        EmbeddedChannel channel = new EmbeddedChannel();
        assertThat(Holding.begin(channel, budget)).isTrue();
        long begun = budget.used();
        Holding holding = Holding.of(channel);
        assertThat(holding.take(1_000)).isTrue();
        assertThat(budget.used()).isEqualTo(begun + 1_000);
        holding.give(1_000);
        assertThat(budget.used()).isEqualTo(begun);
    }

    @Test
    void whereTheBudgetIsSpentNothingIsTaken() {
        EmbeddedChannel channel = new EmbeddedChannel();
        assertThat(Holding.begin(channel, budget)).isTrue();
        long begun = budget.used();
        assertThat(Holding.of(channel).take(10_000)).isFalse();
        assertThat(budget.used()).isEqualTo(begun);
        budget.take(10_000);
        EmbeddedChannel another = new EmbeddedChannel();
        assertThat(Holding.begin(another, budget)).isFalse();
        another.close();
        assertThat(budget.used()).isEqualTo(begun + 10_000);
        assertThatThrownBy(() -> Holding.of(another)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aChannelThatClosesGivesBackAllOnce() {
        EmbeddedChannel channel = new EmbeddedChannel();
        assertThat(Holding.begin(channel, budget)).isTrue();
        Holding holding = Holding.of(channel);
        assertThat(holding.take(1_000)).isTrue();
        channel.close();
        assertThat(budget.used()).isZero();
        holding.give(1_000);
        assertThat(budget.used()).isZero();
        assertThat(holding.take(1)).isFalse();
    }
}
