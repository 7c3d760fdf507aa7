package app.rcommerce.gateway.job;

import java.time.Duration;

/**
 * How many jobs may be begun in a time. Immutable.
 *
 * @param text as it is configured: {@code 50/second}
 * @param jobs how many, at least 1
 * @param time in how long
 */
public record Pace(String text, long jobs, Duration time) {}
