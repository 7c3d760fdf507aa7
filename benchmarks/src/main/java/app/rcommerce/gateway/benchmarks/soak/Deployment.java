package app.rcommerce.gateway.benchmarks.soak;

import java.io.IOException;
import java.util.Random;

/** The gateways of a soaked queue and what keeps its jobs, and what is done to them. For one thread. */
interface Deployment {

    /** Starts all of it. */
    void start() throws IOException;

    /** The port of any gateway, which may be away. Any thread. */
    int port(Random random);

    /** Does something to it that must lose no job; returns once all is there again, or starts to be. */
    void disturb(Random random) throws IOException, InterruptedException;

    /** What was done to it. */
    String report() throws IOException;
}
