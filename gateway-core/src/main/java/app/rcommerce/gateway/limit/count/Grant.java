package app.rcommerce.gateway.limit.count;

import app.rcommerce.gateway.limit.Meters;

/**
 * A store's answer to a {@link LeaseRequest}: permits that are counted already, before any of them is used. They may be
 * used until {@link Meters#leaseMillis} after the request was sent.
 *
 * @param permits how many are granted; 0 where refused
 * @param decision the decision as of now, with all of them counted
 * @param atMillis the store's time of the grant, with which its permits are given back
 */
public record Grant(long permits, Decision decision, long atMillis) {}
