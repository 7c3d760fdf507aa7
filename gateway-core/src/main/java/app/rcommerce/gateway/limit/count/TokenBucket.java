package app.rcommerce.gateway.limit.count;

import app.rcommerce.gateway.limit.Meter;

/**
 * The count of a token bucket as one number: the theoretical arrival time of the generic cell rate algorithm (ITU-T
 * I.371). Every permit moves it further into the future; as many permits are granted as keep it within one full bucket
 * of now. Permits of a lease may be used until the lease ends, so they count as if they were used then: no use of them
 * can exceed the rate. The Redis script repeats this arithmetic. Not safe for use by several threads.
 */
final class TokenBucket implements Count {

    private static final long UNITS = Meter.BUCKET_UNITS;

    private long arrival = Long.MIN_VALUE;
    private long now;

    private static long full(Meter meter) {
        return meter.burst() * meter.unitsPerPermit();
    }

    @Override
    public void advance(Meter meter, long nowMillis) {
        now = nowMillis * UNITS;
        // No bucket owes more than all of it: it does where the clock has stepped back, or the burst has become
        // smaller.
        arrival = Math.clamp(arrival, now, now + full(meter));
    }

    @Override
    public long counted(Meter meter) {
        return Math.ceilDiv(arrival - now, meter.unitsPerPermit());
    }

    @Override
    public long room(Meter meter) {
        return Math.floorDiv(full(meter) - (arrival - now), meter.unitsPerPermit());
    }

    @Override
    public long leaseRoom(Meter meter) {
        return Math.floorDiv(full(meter) - (arrivalOfLease(meter) - now), meter.unitsPerPermit());
    }

    private long arrivalOfLease(Meter meter) {
        return Math.max(arrival, now + meter.leaseMillis() * UNITS);
    }

    @Override
    public void add(Meter meter, long permits, boolean lease) {
        // What is charged afterwards may be any number: no bucket owes more than all of it.
        long from = lease ? arrivalOfLease(meter) : arrival;
        arrival = permits >= meter.burst()
                ? now + full(meter)
                : Math.min(now + full(meter), from + permits * meter.unitsPerPermit());
    }

    @Override
    public void giveBack(Meter meter, long permits, long grantedAt) {
        arrival = Math.max(now, arrival - permits * meter.unitsPerPermit());
    }

    @Override
    public void absorb(Count younger) {
        TokenBucket other = (TokenBucket) younger;
        arrival += other.arrival - other.now;
    }

    @Override
    public long millisUntilRoom(Meter meter, long permits, long nowMillis) {
        return millis(
                permits > meter.burst() ? full(meter) : arrival + permits * meter.unitsPerPermit() - full(meter) - now);
    }

    @Override
    public long millisUntilMore(Meter meter, long nowMillis) {
        long owed = arrival - now;
        return owed <= 0 ? 0 : millis(owed - (owed - 1) / meter.unitsPerPermit() * meter.unitsPerPermit());
    }

    private static long millis(long units) {
        return Math.max(1, Math.ceilDiv(units, UNITS));
    }

    @Override
    public long lifeMillis(long nowMillis) {
        return Math.max(1, Math.ceilDiv(arrival - now, UNITS));
    }

    @Override
    public int bytes() {
        return 32;
    }
}
