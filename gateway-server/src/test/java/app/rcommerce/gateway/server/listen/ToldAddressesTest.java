package app.rcommerce.gateway.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Of whom the log is told. */
class ToldAddressesTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final ToldAddresses told = new ToldAddresses(nanos::get);

    @Test
    void anAddressIsToldOfOnceInAnInterval() {
        assertThat(told.isDue("192.0.2.1")).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThat(told.isDue("192.0.2.1")).isFalse();
        }
        assertThat(told.isDue("192.0.2.2")).as("another address").isTrue();
        nanos.addAndGet(ToldAddresses.INTERVAL.toNanos() - 1);
        assertThat(told.isDue("192.0.2.1")).isFalse();
        nanos.addAndGet(1);
        assertThat(told.isDue("192.0.2.1")).isTrue();
        assertThat(told.isDue("192.0.2.1")).isFalse();
    }

    @Test
    void addressesWithoutEndAreNotRememberedWithoutEnd() {
        for (int i = 0; i < 100_000; i++) {
            told.isDue("2001:db8:" + Integer.toHexString(i) + "::/64");
        }
        assertThat(told.size()).isLessThan(2_000);
    }
}
