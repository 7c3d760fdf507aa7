package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.store.Tracking.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrackedKeysTest {

    private final List<String> told = new ArrayList<>();

    private void read(TrackedKeys keys, String key) {
        keys.read(key, (kind, name) -> told.add(kind + " " + name));
    }

    @Test
    void eachKeyIsToldAsWhatItStandsFor() {
        TrackedKeys keys = new TrackedKeys(KeyTemplates.DEFAULTS, EnumSet.allOf(Kind.class));
        for (String key : List.of(
                "rcommerce:blocklist:ip:203.0.113.9",
                "rcommerce:blocklist_ranges",
                "token:blacklist:t",
                "token:cutoff:user:42",
                "api:cache:abc",
                "api:cache:",
                "session:0123456789abcdef",
                "rate:limit:{ip:1}",
                "rcommerce:blocklist_rangesx",
                "")) {
            read(keys, key);
        }
        assertThat(told)
                .containsExactly(
                        "BLOCK ip:203.0.113.9",
                        "RANGES ",
                        "TOKEN t",
                        "CUTOFF user:42",
                        "REPLY abc",
                        "SESSION 0123456789abcdef");
        assertThat(keys.prefixes())
                .containsExactlyInAnyOrder(
                        "rcommerce:blocklist:",
                        "rcommerce:blocklist_ranges",
                        "token:blacklist:",
                        "token:cutoff:",
                        "api:cache:",
                        "session:");
    }

    @Test
    void onlyWhatIsHeldNearIsTracked() {
        TrackedKeys keys = new TrackedKeys(KeyTemplates.DEFAULTS, EnumSet.of(Kind.RANGES));
        read(keys, "token:blacklist:t");
        read(keys, "rcommerce:blocklist_ranges");
        assertThat(told).containsExactly("RANGES ");
        assertThat(keys.prefixes()).containsExactly("rcommerce:blocklist_ranges");
    }

    @Test
    void noPrefixBeginsWithAnother() {
        assertThat(TrackedKeys.shortest(List.of("abc:", "ab", "x", "abd", "y:z", "y:", "x")))
                .containsExactlyInAnyOrder("x", "ab", "y:");
    }
}
