package app.rcommerce.gateway.job;

/**
 * The right to work on a job for a time. Whoever takes the job later has another token, and what is said under this one
 * changes nothing any more. Immutable.
 *
 * @param id of the job
 * @param token of this lease, which no other has
 */
public record JobLease(String id, String token) {}
