package app.rcommerce.gateway.limit.count;

import app.rcommerce.gateway.limit.Meters;

/**
 * What a store answers when a lease was asked for: permits that are counted already, before any of them is used. They
 * may be used until {@link Meters#leaseMillis} after the moment the question was sent.
 *
 * @param permits how many are granted; 0 where refused
 * @param decision the decision as of now, with all of them counted
 * @param atMillis the store's time of the grant, to be named when permits are given back
 */
public record Grant(long permits, Decision decision, long atMillis) {}
