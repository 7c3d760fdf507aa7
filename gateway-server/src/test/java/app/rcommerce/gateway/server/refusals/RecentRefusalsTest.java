package app.rcommerce.gateway.server.refusals;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.exchange.Finished;
import org.junit.jupiter.api.Test;

class RecentRefusalsTest {

    private static final Finished.Protocol HTTP = new Finished.Protocol("http/1.1", "", "");

    private static final int MOST = 4096;

    private final RecentRefusals recent = new RecentRefusals(MOST);

    private static Finished refused(String id, String address, long atMillis, String path, String code) {
        return refused(id, address, atMillis, 0, path, code);
    }

    private static Finished refused(String id, String address, long atMillis, long nanos) {
        return refused(id, address, atMillis, nanos, "/", "RATE_LIMIT_EXCEEDED");
    }

    private static Finished refused(String id, String address, long atMillis, long nanos, String path, String code) {
        return new Finished(
                atMillis,
                nanos,
                null,
                id,
                address,
                HTTP,
                "GET",
                "shop.example",
                path,
                "products",
                429,
                code,
                "",
                "",
                "",
                "",
                null,
                0,
                0);
    }

    private void refuse(String id, String address, long atMillis) {
        recent.finished(refused(id, address, atMillis, "/", "RATE_LIMIT_EXCEEDED"));
    }

    @Test
    void theNewestAreRemembered() {
        for (int i = 0; i < MOST + 5; i++) {
            refuse("req_" + i, "10.0." + i / 250 + "." + i % 250, i);
        }
        assertThat(recent.find("req_4")).isNull();
        assertThat(recent.find("req_5")).isNotNull();
        assertThat(recent.find("req_" + (MOST + 4))).isNotNull();
        assertThat(recent.find("req_" + (MOST + 5))).isNull();
    }

    @Test
    void whatPassedIsNotRemembered() {
        recent.finished(refused("req_1", "10.0.0.1", 0, "/", ""));
        assertThat(recent.find("req_1")).isNull();
    }

    @Test
    void ofTwoWithOneIdTheNewerIsFound() {
        recent.finished(refused("req_1", "10.0.0.1", 1, "/a", "BLOCKED"));
        recent.finished(refused("req_1", "10.0.0.2", 2, "/b", "BLOCKED"));
        assertThat(recent.find("req_1").path()).isEqualTo("/b");
    }

    @Test
    void whoIsRefusedAllTheTimeDoesNotPushOutOthers() {
        refuse("victim", "203.0.113.9", 1_000);
        for (int i = 0; i < 100_000; i++) {
            refuse("flood_" + i, "198.51.100.7", 1_000 + i / 100);
        }
        assertThat(recent.find("victim")).isNotNull();
        assertThat(recent.find("flood_0")).isNotNull();
        assertThat(recent.find("flood_" + RecentRefusals.MOST_A_SECOND)).isNull();
    }

    @Test
    void norDoesWhoKeepsRequestsOpenToEndThemInTurnWithShortOnes() {
        refuse("victim", "203.0.113.9", 100_000);
        for (int i = 0; i < 100_000; i++) {
            long longAgo = i % 2 == 0 ? 90_000 : 0;
            recent.finished(refused("flood_" + i, "198.51.100.7", 100_000 - longAgo, longAgo * 1_000_000));
        }
        assertThat(recent.find("victim")).isNotNull();
    }

    @Test
    void norDoesWhoHasAllAddressesOfANetwork() {
        refuse("victim", "203.0.113.9", 1_000);
        for (int i = 0; i < 65_536; i++) {
            refuse("flood_" + i, "2001:db8:0:1::" + Integer.toHexString(i + 1), 1_000);
        }
        assertThat(recent.find("victim")).isNotNull();
        assertThat(recent.find("flood_0")).isNotNull();
        assertThat(recent.find("flood_" + RecentRefusals.MOST_A_SECOND)).isNull();
    }

    @Test
    void longTextsAreCut() {
        recent.finished(refused("req_1", "10.0.0.1", 1, "/" + "a".repeat(100_000), "BLOCKED"));
        assertThat(recent.find("req_1").path()).hasSize(RecentRefusals.LONGEST_TEXT + 3);
    }
}
