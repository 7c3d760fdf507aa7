package app.rcommerce.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JobIdTest {

    @Test
    void anIdIsAUuidOfVersionSevenWithItsTime() {
        long millis = 1_767_225_600_123L;
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = JobId.next(millis);
            UUID uuid = UUID.fromString(id);
            assertThat(uuid.version()).isEqualTo(7);
            assertThat(uuid.variant()).isEqualTo(2);
            assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(millis);
            assertThat(JobId.isId(id)).isTrue();
            assertThat(seen.add(id)).isTrue();
        }
    }

    @Test
    void otherTextsAreNone() {
        assertThat(JobId.isId(UUID.randomUUID().toString())).isTrue();
        assertThat(JobId.isId("")).isFalse();
        assertThat(JobId.isId("0198c0de-1f2e-7a00-8000-00000000000g")).isFalse();
        assertThat(JobId.isId("0198c0de+1f2e-7a00-8000-000000000001")).isFalse();
        assertThat(JobId.isId("0198c0de-1f2e-7a00-8000-0000000000011")).isFalse();
    }
}
