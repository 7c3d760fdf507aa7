package app.rcommerce.gateway.job;

/**
 * How many jobs of a queue there are in each state, and what has become of others. Immutable.
 *
 * @param high jobs that wait for a worker, of high priority
 * @param normal likewise, of normal priority
 * @param low likewise, of low priority
 * @param waiting jobs that wait for earlier ones of their order
 * @param scheduled jobs that wait for their time
 * @param running jobs that workers have
 * @param dead jobs that have been given up
 * @param bytes of all jobs but the dead ones
 * @param oldestMillis how long the oldest job that waits for a worker has waited; 0 where none does
 * @param paused whether no job is given to workers
 * @param accepted how many have come in since the queue was first used
 * @param completed how many are done
 * @param failed how many attempts have failed
 * @param buried how many jobs have been given up
 */
public record QueueCounts(
        long high,
        long normal,
        long low,
        long waiting,
        long scheduled,
        long running,
        long dead,
        long bytes,
        long oldestMillis,
        boolean paused,
        long accepted,
        long completed,
        long failed,
        long buried) {}
