package app.rcommerce.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void aSecretIsNeverPrinted() {
        assertThat(new Secret("hunter2")).hasToString("(secret)");
        assertThat("%s".formatted(java.util.List.of(new Secret("hunter2")))).doesNotContain("hunter2");
    }
}
