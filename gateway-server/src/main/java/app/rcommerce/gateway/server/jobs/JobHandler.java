package app.rcommerce.gateway.server.jobs;

import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.job.forward.AttemptResult;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a worker does with the jobs of its queue. Called on the worker's event loop. */
interface JobHandler {

    /** One attempt at a job. Called on the worker's event loop, and ends there. */
    interface Run {
        /** Begins it. */
        void begin();

        /** Gives it up, since it does not belong to this worker any more. */
        void abandon(String why);
    }

    /**
     * An attempt at a job, to be begun; null where the job is none that this can do.
     *
     * @param json what the job is
     * @param ended told once what has come of the attempt, on the event loop
     */
    @Nullable
    Run prepare(TakenJob job, JsonNode json, Consumer<AttemptResult> ended);

    /** What a job must be, in words. */
    String expected();

    /** Who does the work, in words: the upstream of this name. */
    String doer();

    /** How often it is looked whether other nodes have put jobs into the queue, in milliseconds. */
    long lookMillis();
}
