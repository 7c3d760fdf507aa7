package app.rcommerce.gateway.server.cli.job;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.server.cli.client.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The command {@code gateway jobs}: what queues there are, what is in them, and what is to become of it. For one
 * thread.
 */
@Command(
        name = "jobs",
        description = {
            "List the queues; with --queue or --state, their jobs.",
            "Jobs are ready, waiting (for earlier ones of their order), scheduled, running or dead."
        },
        subcommands = {
            JobsCommand.Show.class,
            JobsCommand.Retry.class,
            JobsCommand.Cancel.class,
            JobsCommand.Clear.class,
            JobsCommand.Pause.class,
            JobsCommand.Resume.class
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class JobsCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Option(names = "--queue", paramLabel = "QUEUE", description = "Its jobs (default: the only queue there is).")
    private @Nullable String queue;

    @Option(names = "--state", paramLabel = "STATE", description = "Those of this state (default: of any).")
    private @Nullable String state;

    @Option(names = "--since", paramLabel = "DURATION", description = "Those that came in no longer ago, such as 1h.")
    private @Nullable String since;

    @Option(
            names = "--where",
            paramLabel = "CONDITION",
            description = "Those of such requests: json:/POINTER=VALUE or header:NAME=VALUE.")
    private @Nullable String where;

    /** The command before its options are read. */
    public JobsCommand() {}

    @Override
    public Integer call() {
        if (queue == null && state == null && since == null && where == null) {
            return admin.ask(client -> client.get("jobs/queues"), JobsCommand::queues);
        }
        List<String> query = new ArrayList<>();
        add(query, "queue", queue);
        add(query, "state", state);
        add(query, "since", since);
        add(query, "where", where);
        return admin.ask(client -> client.get("jobs?" + String.join("&", query)), JobsCommand::jobs);
    }

    private static void add(List<String> query, String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + AdminClient.encoded(value));
        }
    }

    private static String queues(JsonNode answer) {
        JsonNode queues = answer.path("queues");
        if (queues.isEmpty()) {
            return "There are no queues.%n".formatted();
        }
        Columns table = Columns.titled(
                "QUEUE", "READY", "RUNNING", "SCHEDULED", "WAITING", "DEAD", "OLDEST", "ACCEPTED", "DONE", "");
        for (JsonNode one : queues) {
            long ready = one.path("high").asLong()
                    + one.path("normal").asLong()
                    + one.path("low").asLong();
            table.row(
                    one.path("queue").asString(),
                    Long.toString(ready),
                    one.path("running").asString(),
                    one.path("scheduled").asString(),
                    one.path("waiting").asString(),
                    one.path("dead").asString(),
                    Columns.lasting(one.path("oldest_seconds").asLong()),
                    one.path("accepted").asString(),
                    one.path("completed").asString(),
                    one.path("paused").asBoolean() ? "paused" : "");
        }
        return table.toString();
    }

    private static String jobs(JsonNode answer) {
        JsonNode jobs = answer.path("jobs");
        if (jobs.isEmpty()) {
            return (answer.path("truncated").asBoolean()
                            ? "No such job was found in the time there is for that; there may be some.%n"
                            : "There are no such jobs.%n")
                    .formatted();
        }
        Columns table = Columns.titled("JOB", "STATE", "PRIORITY", "SINCE", "ATTEMPTS", "AT", "WHY");
        for (JsonNode job : jobs) {
            table.row(
                    job.path("id").asString(),
                    job.path("state").asString(),
                    job.path("priority").asString(),
                    job.path("since").asString(),
                    job.path("attempts").asString(),
                    job.path("at").asString("-"),
                    job.path("why").asString("-"));
        }
        return table + (answer.path("truncated").asBoolean() ? "There may be more.%n".formatted() : "");
    }

    private static String number(long count, String what, boolean truncated) {
        return "%d %s %s%s%n"
                .formatted(count, count == 1 ? "job" : "jobs", what, truncated ? "; there may be more: ask again" : "");
    }

    private static String changed(JsonNode answer, String name, String what) {
        return number(answer.path(name).asLong(), what, answer.path("truncated").asBoolean());
    }

    /** The command {@code gateway jobs show}. */
    @Command(name = "show", description = "Show a job with the request that it is, without what is to be hidden.")
    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    static final class Show implements Callable<Integer> {

        @Mixin
        private AdminOptions admin;

        @Option(names = "--queue", paramLabel = "QUEUE", description = "Where it is (default: looked for in all).")
        private @Nullable String queue;

        @Parameters(paramLabel = "JOB", description = "Its id.")
        private String job;

        @Override
        public Integer call() {
            String query = queue == null ? "" : "?queue=" + AdminClient.encoded(queue);
            return admin.ask(client -> client.get("jobs/" + AdminClient.encoded(job) + query), Show::text);
        }

        private static String text(JsonNode job) {
            Columns table = new Columns();
            for (String name : job.propertyNames()) {
                JsonNode value = job.path(name);
                if (!value.isNull() && !name.equals("request")) {
                    table.row(name, value.asString());
                }
            }
            JsonNode request = job.path("request");
            for (String name : request.propertyNames()) {
                JsonNode value = request.path(name);
                if (name.equals("fields")) {
                    value.forEach(field -> table.row(
                            "field",
                            field.path(0).asString() + ": " + field.path(1).asString()));
                } else {
                    table.row(name, value.isString() ? value.asString() : value.toString());
                }
            }
            return table.toString();
        }
    }

    /** The jobs that a command is about. */
    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    static final class Selected {

        @Option(names = "--queue", paramLabel = "QUEUE", description = "The queue (default: the only one there is).")
        private @Nullable String queue;

        @Option(names = "--state", paramLabel = "STATE", description = "All of this state, in place of JOB.")
        private @Nullable String state;

        @Option(
                names = "--since",
                paramLabel = "DURATION",
                description = "Of those the ones that came in no longer ago.")
        private @Nullable String since;

        @Option(names = "--where", paramLabel = "CONDITION", description = "Of those the ones of such requests.")
        private @Nullable String where;

        @Parameters(paramLabel = "JOB", arity = "0..1", description = "The id of one.")
        private @Nullable String job;

        ObjectNode content(AdminOptions admin) {
            if ((job == null) == (state == null)) {
                throw admin.usage("one of JOB and --state (expected: which jobs are meant)");
            }
            ObjectNode content = AdminClient.content();
            put(content, "queue", queue);
            put(content, "job", job);
            put(content, "state", state);
            put(content, "since", since);
            put(content, "where", where);
            return content;
        }

        private static void put(ObjectNode content, String name, @Nullable String value) {
            if (value != null) {
                content.put(name, value);
            }
        }
    }

    /** The command {@code gateway jobs retry}. */
    @Command(
            name = "retry",
            description = "Have a job that is scheduled or dead forwarded now, or all such of a state.")
    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    static final class Retry implements Callable<Integer> {

        @Mixin
        private AdminOptions admin;

        @Mixin
        private Selected selected;

        @Option(names = "--rate", paramLabel = "NUMBER", description = "So many a second (default: all at once).")
        private @Nullable String rate;

        @Override
        public Integer call() {
            ObjectNode content = selected.content(admin);
            if (rate != null) {
                content.put("rate", rate);
            }
            return admin.ask(
                    client -> client.post("jobs/retry", content),
                    answer -> changed(answer, "retried", "to be tried again"));
        }
    }

    /** The command {@code gateway jobs cancel}. */
    @Command(name = "cancel", description = "Take a job back that no worker has, or all such of a state.")
    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    static final class Cancel implements Callable<Integer> {

        @Mixin
        private AdminOptions admin;

        @Mixin
        private Selected selected;

        @Override
        public Integer call() {
            ObjectNode content = selected.content(admin);
            return admin.ask(
                    client -> client.post("jobs/cancel", content),
                    answer -> changed(answer, "cancelled", "taken back"));
        }
    }

    /** The command {@code gateway jobs clear}. */
    @Command(name = "clear", description = "Take back all jobs of a queue that no worker has, dead ones among them.")
    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    static final class Clear implements Callable<Integer> {

        @Mixin
        private AdminOptions admin;

        @Option(names = "--dead", description = "Those alone that have been given up.")
        private boolean dead;

        @Parameters(paramLabel = "QUEUE", description = "Its name.")
        private String queue;

        @Override
        public Integer call() {
            ObjectNode content = AdminClient.content().put("queue", queue).put("dead_alone", dead);
            return admin.ask(
                    client -> client.post("jobs/clear", content), answer -> changed(answer, "cancelled", "taken back"));
        }
    }

    /** A command that holds a queue, or lets it go. */
    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    abstract static class Hold implements Callable<Integer> {

        private final String path;
        private final String done;

        @Mixin
        private AdminOptions admin;

        @Parameters(paramLabel = "QUEUE", description = "Its name.")
        private String queue;

        Hold(String path, String done) {
            this.path = path;
            this.done = done;
        }

        @Override
        public Integer call() {
            ObjectNode content = AdminClient.content().put("queue", queue);
            return admin.ask(client -> client.post(path, content), answer -> "queue %s is %s%n".formatted(queue, done));
        }
    }

    /** The command {@code gateway jobs pause}. */
    @Command(name = "pause", description = "Take jobs into a queue, and forward none, until it is resumed.")
    static final class Pause extends Hold {
        Pause() {
            super("jobs/pause", "paused");
        }
    }

    /** The command {@code gateway jobs resume}. */
    @Command(name = "resume", description = "Forward the jobs of a paused queue again.")
    static final class Resume extends Hold {
        Resume() {
            super("jobs/resume", "resumed");
        }
    }
}
