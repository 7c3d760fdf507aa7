package app.rcommerce.gateway.store.near;

import app.rcommerce.gateway.store.Tracking;
import java.time.Duration;

/**
 * How long near copies believe an answer. Immutable.
 *
 * @param tracking tells of changes; an answer that it covers is believed until it has changed
 * @param ttl how long an answer is believed that is not covered; zero asks each time
 * @param strict whether no answer is believed at all, so that the store is asked each time
 */
public record Near(Tracking tracking, Duration ttl, boolean strict) {}
