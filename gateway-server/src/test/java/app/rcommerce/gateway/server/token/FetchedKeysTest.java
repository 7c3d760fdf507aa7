package app.rcommerce.gateway.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.HttpDate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FetchedKeysTest {

    private static final long NOW = 1_767_225_600_000L;

    private static Duration life(String... fields) {
        return FetchedKeys.life(FieldList.of(fields), NOW);
    }

    @Test
    void maxAgeCountsLessTheAge() {
        assertThat(life("Cache-Control", "public, max-age=600")).isEqualTo(Duration.ofMinutes(10));
        assertThat(life("Cache-Control", "max-age=600", "Age", "60")).isEqualTo(Duration.ofMinutes(9));
        assertThat(life("Cache-Control", "max-age=600", "Age", "soon")).isEqualTo(Duration.ofMinutes(10));
        assertThat(life("Cache-Control", "max-age=600", "Expires", "0")).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aLifeIsKeptWithinBounds() {
        assertThat(life("Cache-Control", "max-age=0")).isEqualTo(Duration.ofMinutes(1));
        assertThat(life("Cache-Control", "max-age=5")).isEqualTo(Duration.ofMinutes(1));
        assertThat(life("Cache-Control", "no-store")).isEqualTo(Duration.ofMinutes(1));
        assertThat(life("Cache-Control", "no-cache, max-age=600")).isEqualTo(Duration.ofMinutes(1));
        assertThat(life("Cache-Control", "max-age=31536000")).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void expiresCountsByTheIssuersClock() {
        String now = HttpDate.format(NOW);
        String inAnHour = HttpDate.format(NOW + 3_600_000);
        assertThat(life("Expires", inAnHour)).isEqualTo(Duration.ofHours(1));
        assertThat(life("Expires", inAnHour, "Date", HttpDate.format(NOW + 1_800_000)))
                .isEqualTo(Duration.ofMinutes(30));
        assertThat(life("Expires", now)).isEqualTo(Duration.ofMinutes(1));
        assertThat(life("Expires", "-1")).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void nothingSaidIsAQuarterOfAnHour() {
        assertThat(life()).isEqualTo(Duration.ofMinutes(15));
    }
}
