package app.rcommerce.gateway.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RingTest {

    @Test
    void whatGoesInComesOutInOrder() {
        Ring<Integer> ring = new Ring<>(4);
        for (int round = 0; round < 10; round++) {
            assertThat(ring.offer(round)).isTrue();
            assertThat(ring.offer(-round)).isTrue();
            assertThat(ring.poll()).isEqualTo(round);
            assertThat(ring.poll()).isEqualTo(-round);
            assertThat(ring.poll()).isNull();
            assertThat(ring.isEmpty()).isTrue();
        }
    }

    @Test
    void aFullRingTakesNoMoreUntilSomethingIsRead() {
        Ring<Integer> ring = new Ring<>(3);
        for (int i = 0; i < 4; i++) {
            assertThat(ring.offer(i)).isTrue();
        }
        assertThat(ring.offer(4)).isFalse();
        assertThat(ring.poll()).isZero();
        assertThat(ring.offer(4)).isTrue();
        assertThat(ring.offer(5)).isFalse();
    }

    @Test
    void manyProducersLoseNothingAndKeepTheirOwnOrder() throws InterruptedException {
        int producers = 4;
        int each = 20_000;
        Ring<int[]> ring = new Ring<>(64);
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    while (!ring.offer(new int[] {producer, i})) {
                        refused.incrementAndGet();
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        int[] next = new int[producers];
        for (int seen = 0; seen < producers * each; ) {
            int[] element = ring.poll();
            if (element != null) {
                assertThat(element[1]).isEqualTo(next[element[0]]++);
                seen++;
            } else {
                Thread.onSpinWait();
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ring.isEmpty()).isTrue();
    }
}
