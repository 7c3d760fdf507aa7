package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.forward.JobFilter;
import app.rcommerce.gateway.server.admin.operations.JobOperations;
import app.rcommerce.gateway.server.admin.operations.JobOperations.Changed;
import app.rcommerce.gateway.server.admin.operations.JobOperations.JobEntry;
import app.rcommerce.gateway.server.admin.operations.JobOperations.Selection;
import app.rcommerce.gateway.server.admin.operations.Operations;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The routes under {@code /admin/v1/jobs}. Safe for any thread that may block. */
final class JobsApi {

    private static final String ROOT = "/admin/v1/jobs";
    private static final Set<String> SELECTION = Set.of("queue", "state", "since", "where");
    private static final String RATE = "a number of jobs a second, such as 10";

    private final Operations operations;
    private final JobOperations jobs;

    JobsApi(Operations operations) {
        this.operations = operations;
        this.jobs = operations.jobs();
    }

    void addTo(AdminRoutes routes) {
        routes.add("GET", ROOT, this::list);
        routes.add(
                "GET",
                ROOT + "/queues",
                ask -> AdminResponse.json(200, Map.of("queues", AdminApi.await(jobs.queues()))));
        routes.add("GET", ROOT + "/{id}", this::show);
        routes.add("POST", ROOT + "/retry", this::retry);
        routes.add("POST", ROOT + "/cancel", this::cancel);
        routes.add("POST", ROOT + "/clear", this::clear);
        routes.add("POST", ROOT + "/pause", ask -> pause(ask, true));
        routes.add("POST", ROOT + "/resume", ask -> pause(ask, false));
    }

    private String queue(@Nullable String name) {
        Collection<String> configured = jobs.configured();
        if (name == null && configured.size() == 1) {
            return configured.iterator().next();
        }
        List<String> names = jobs.all();
        if (name == null || !names.contains(name)) {
            throw RequestRefused.badValue(
                    "queue",
                    name == null ? "missing" : AdminRequest.quoted(name),
                    "one of " + String.join(", ", names));
        }
        return name;
    }

    private AdminResponse list(AdminRequest ask) {
        Map<String, String> given = ask.parameters(SELECTION);
        Selection selection = selection(null, given.get("state"), given.get("since"), given.get("where"));
        return AdminResponse.json(200, AdminApi.await(jobs.jobs(queue(given.get("queue")), selection)));
    }

    private AdminResponse show(AdminRequest ask) {
        String id = id(ask.lastSegment());
        String named = ask.optional("queue");
        List<String> queues = named == null ? jobs.all() : List.of(queue(named));
        for (String queue : queues) {
            JobEntry found = AdminApi.await(jobs.job(queue, id));
            if (found != null) {
                return AdminResponse.json(200, found);
            }
        }
        throw new RequestRefused(
                404, "NOT_FOUND", "No queue has a job " + AdminRequest.quoted(id) + ", or remembers that it is done.");
    }

    private AdminResponse retry(AdminRequest ask) {
        AdminRequest.Members members = ask.members("queue", "job", "state", "since", "where", "rate");
        String queue = queue(members.text("queue"));
        Selection selection = selection(members);
        double rate = rate(members.text("rate"));
        return changed("retried", jobs.retry(queue, selection, rate));
    }

    private AdminResponse cancel(AdminRequest ask) {
        AdminRequest.Members members = ask.members("queue", "job", "state", "since", "where");
        String queue = queue(members.text("queue"));
        return changed("cancelled", jobs.cancel(queue, selection(members)));
    }

    private AdminResponse clear(AdminRequest ask) {
        AdminRequest.Members members = ask.members("queue", "dead_alone");
        String queue = queue(members.text("queue"));
        return changed("cancelled", jobs.clear(queue, members.flag("dead_alone")));
    }

    private static AdminResponse changed(String what, CompletionStage<Changed> change) {
        Changed changed = AdminApi.await(change);
        return AdminResponse.json(200, Map.of(what, changed.jobs(), "truncated", changed.truncated()));
    }

    private AdminResponse pause(AdminRequest ask, boolean paused) {
        String queue = queue(ask.members("queue").text("queue"));
        AdminApi.await(jobs.pause(queue, paused));
        return AdminResponse.json(200, Map.of("queue", queue, "paused", paused));
    }

    /** What is to be changed is said: one job, or all of a state. */
    private Selection selection(AdminRequest.Members members) {
        String job = members.oneOf("job", "state");
        String since = members.text("since");
        String where = members.text("where");
        if (job != null && (since != null || where != null)) {
            throw RequestRefused.badValue("job", AdminRequest.quoted(job), "neither since nor where beside it");
        }
        return selection(job == null ? null : id(job), members.text("state"), since, where);
    }

    private Selection selection(
            @Nullable String id, @Nullable String state, @Nullable String since, @Nullable String where) {
        JobFilter filter = where == null ? null : JobFilter.parse(where);
        if (where != null && filter == null) {
            throw RequestRefused.badValue("where", AdminRequest.quoted(where), JobFilter.EXPECTED);
        }
        Duration age = Values.since(since);
        return new Selection(
                id,
                state == null ? null : state(state),
                age == null ? 0 : operations.nowMillis() - age.toMillis(),
                filter);
    }

    private static JobState state(String text) {
        if (!JobState.listed().contains(text)) {
            throw RequestRefused.badValue(
                    "state", AdminRequest.quoted(text), "one of " + String.join(", ", JobState.listed()));
        }
        return JobState.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static String id(String text) {
        if (!JobId.isId(text)) {
            throw RequestRefused.badValue("job", AdminRequest.quoted(text), JobId.EXPECTED);
        }
        return text;
    }

    private static double rate(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,3})?") || Double.parseDouble(text) <= 0) {
            throw RequestRefused.badValue("rate", AdminRequest.quoted(text), RATE);
        }
        return Double.parseDouble(text);
    }
}
