package app.rcommerce.gateway.benchmarks.soak;

import app.rcommerce.gateway.benchmarks.soak.JobsLog.Job;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A client that posts one numbered job behind the other, each to any gateway, until it is stopped. */
final class JobsClient implements Runnable {

    private static final int PAUSE_MILLIS = 20;
    private static final int MOST_PADDING = 6_000;

    private final int name;
    private final Deployment deployment;
    private final JobsLog log;
    private final Random random;
    private volatile boolean stopped;

    JobsClient(int name, Deployment deployment, JobsLog log, long seed) {
        this.name = name;
        this.deployment = deployment;
        this.log = log;
        this.random = new Random(seed);
    }

    /** Has it end. Any thread. */
    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        for (long number = 1; !stopped; number++) {
            Job job = new Job(name, number);
            try {
                if (post(job)) {
                    log.accepted(job);
                } else {
                    log.refused();
                }
            } catch (IOException e) {
                log.refused();
            }
            Testbed.pause(random.nextInt(2 * PAUSE_MILLIS));
        }
    }

    /** Whether it was answered 202. */
    private boolean post(Job job) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", deployment.port(random))) {
            socket.setSoTimeout(3_000);
            String body = job.client() + " " + job.number() + " " + "x".repeat(random.nextInt(MOST_PADDING));
            String order = job.isOrdered() ? "X-Order: client " + job.client() + "\r\n" : "";
            socket.getOutputStream()
                    .write(("POST /hooks HTTP/1.1\r\nHost: soak\r\n" + order + "Content-Length: " + body.length()
                                    + "\r\nConnection: close\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return line != null && line.startsWith("HTTP/1.1 202");
        }
    }
}
