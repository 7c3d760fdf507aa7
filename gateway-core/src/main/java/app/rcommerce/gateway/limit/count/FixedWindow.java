package app.rcommerce.gateway.limit.count;

import app.rcommerce.gateway.limit.Meter;

/**
 * The count of the calendar's current window. Not safe for use by several threads; times are milliseconds since the
 * epoch, so that windows begin with the clock's minutes, hours and days.
 */
final class FixedWindow implements Count {

    private final long windowMillis;
    private long window = Long.MIN_VALUE;
    private long total;

    FixedWindow(long windowMillis) {
        this.windowMillis = windowMillis;
    }

    @Override
    public void advance(Meter meter, long now) {
        long current = Math.floorDiv(now, windowMillis);
        if (current != window) {
            window = current;
            total = 0;
        }
    }

    @Override
    public long counted(Meter meter) {
        return total;
    }

    @Override
    public long room(Meter meter) {
        return meter.quota() - total;
    }

    @Override
    public long leaseRoom(Meter meter) {
        return room(meter);
    }

    @Override
    public void add(Meter meter, long permits, boolean lease) {
        total += permits;
    }

    @Override
    public void giveBack(Meter meter, long permits, long grantedAt) {
        if (Math.floorDiv(grantedAt, windowMillis) == window) {
            total = Math.max(0, total - permits);
        }
    }

    @Override
    public void absorb(Count younger) {
        total += ((FixedWindow) younger).total;
    }

    @Override
    public long millisUntilRoom(Meter meter, long permits, long now) {
        return permits > meter.quota() ? windowMillis : untilNext(now);
    }

    @Override
    public long millisUntilMore(Meter meter, long now) {
        return total == 0 ? 0 : untilNext(now);
    }

    private long untilNext(long now) {
        return Math.max(1, (window + 1) * windowMillis - now);
    }

    @Override
    public long lifeMillis(long now) {
        return untilNext(now);
    }

    @Override
    public int bytes() {
        return 40;
    }
}
