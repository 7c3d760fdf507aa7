package app.rcommerce.gateway.store.near;

import app.rcommerce.gateway.store.Tracking;
import java.time.Duration;

/**
 * The rule how long near copies believe an answer of the store. Immutable.
 *
 * @param tracking tells of changes; an answer within an epoch is believed until its change is told
 * @param ttl how long any other answer is believed; zero asks each time
 * @param strict whether no answer is believed at all, so that the store is asked each time
 */
public record Near(Tracking tracking, Duration ttl, boolean strict) {}
