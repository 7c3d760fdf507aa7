package app.rcommerce.gateway.server.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ContentBudgetTest {

    private final MemoryBudget memory = new MemoryBudget(100);
    private final ContentBudget budget = new ContentBudget(memory);

    @Test
    void whatManySendCountsOnce() {
        byte[] shared = new byte[60];
        for (int i = 0; i < 1_000; i++) {
            assertThat(budget.hold(shared)).isTrue();
        }
        assertThat(memory.used()).isEqualTo(60);
        for (int i = 0; i < 999; i++) {
            budget.release(shared);
        }
        assertThat(memory.used()).isEqualTo(60);
        budget.release(shared);
        assertThat(memory.used()).isZero();
    }

    @Test
    void equalContentInAnotherArrayCountsForItself() {
        assertThat(budget.hold(new byte[60])).isTrue();
        assertThat(budget.hold(new byte[60])).isFalse();
        assertThat(budget.hold(new byte[40])).isTrue();
        assertThat(memory.used()).isEqualTo(100);
    }

    @Test
    void itTellsOnceThatSomethingWasRefused() {
        budget.hold(new byte[60]);
        assertThat(budget.hasRefused()).isFalse();
        budget.hold(new byte[60]);
        assertThat(budget.hasRefused()).isTrue();
        assertThat(budget.hasRefused()).isFalse();
    }

    @Test
    void whatIsLargerThanAllIsSentAlone() {
        byte[] huge = new byte[1_000];
        assertThat(budget.hold(huge)).isTrue();
        assertThat(budget.hold(new byte[1])).isFalse();
        budget.release(huge);
        assertThat(budget.hold(new byte[1])).isTrue();
    }

    @Test
    void whatNobodyHoldsCannotBeReleased() {
        assertThatThrownBy(() -> budget.release(new byte[7]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("7 bytes");
    }
}
