package app.rcommerce.gateway.server.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectMemoryTest {

    private static final String BOUND = "io.netty.maxDirectMemory";

    private final String before = System.getProperty(BOUND, "");

    @BeforeEach
    void nothingIsSaid() {
        System.clearProperty(BOUND);
    }

    @AfterEach
    void asItWas() {
        if (before.isEmpty()) {
            System.clearProperty(BOUND);
        } else {
            System.setProperty(BOUND, before);
        }
    }

    @Test
    void theBoundIsThreeQuartersOfTheHeapsUnlessItIsSaid() {
        DirectMemory.bound();
        assertThat(Long.parseLong(System.getProperty(BOUND)))
                .isBetween(
                        Runtime.getRuntime().maxMemory() / 4 * 3,
                        Runtime.getRuntime().maxMemory());
        System.setProperty(BOUND, "4711");
        DirectMemory.bound();
        assertThat(System.getProperty(BOUND)).isEqualTo("4711");
    }
}
