package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.server.admin.operations.Operations;
import app.rcommerce.gateway.server.admin.operations.Revocable;
import app.rcommerce.gateway.store.RangesFull;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.topic.message.Published;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The routes under {@code /admin/v1}: each reads the request, calls {@link Operations} and waits for the result. A
 * token is accepted in a request's content only, since paths and queries may be logged elsewhere. Safe for any thread
 * that may block.
 */
final class AdminApi {

    private static final String ROOT = "/admin/v1/";
    private static final Duration DEFAULT_BLOCK = Duration.ofHours(1);
    private static final long WAIT_SECONDS = 20;

    private final Operations operations;

    AdminApi(Operations operations) {
        this.operations = operations;
    }

    void addTo(AdminRoutes routes) {
        routes.add("GET", ROOT + "status", ask -> AdminResponse.json(200, operations.status()));
        routes.add("GET", ROOT + "routes", ask -> AdminResponse.json(200, Map.of("routes", operations.routes())));
        routes.add("GET", ROOT + "config", ask -> AdminResponse.json(200, operations.config()));
        routes.add("POST", ROOT + "config/compare", this::compare);
        routes.add("GET", ROOT + "blocks", ask -> AdminResponse.json(200, await(operations.blocks())));
        routes.add("POST", ROOT + "blocks", this::block);
        routes.add("DELETE", ROOT + "blocks", this::unblock);
        routes.add("POST", ROOT + "revocations", this::revoke);
        routes.add("DELETE", ROOT + "revocations", this::restore);
        routes.add("GET", ROOT + "sessions", this::sessions);
        routes.add("POST", ROOT + "sessions", this::createSession);
        routes.add("POST", ROOT + "sessions/end", this::endSessions);
        routes.add("GET", ROOT + "sockets", this::sockets);
        routes.add("GET", ROOT + "sockets/{id}", this::socket);
        routes.add("POST", ROOT + "sockets/close", this::closeSockets);
        routes.add("GET", ROOT + "limits", this::limits);
        routes.add("DELETE", ROOT + "limits", this::reset);
        routes.add("GET", ROOT + "decisions/{id}", this::decision);
        routes.add("GET", ROOT + "topics", ask -> AdminResponse.json(200, Map.of("topics", operations.topics())));
        routes.add("GET", ROOT + "topics/{id}", this::topic);
        routes.add("POST", ROOT + "topics/{id}", this::publish);
        routes.add("POST", ROOT + "purge", this::purge);
        routes.add("POST", ROOT + "reload", this::reload);
        routes.add("POST", ROOT + "log-level", this::logLevel);
    }

    /** Compares secrets without a secret being sent: the caller sends what its own become under a salt of its own. */
    private AdminResponse compare(AdminRequest ask) {
        AdminRequest.Members members = ask.members("salt", "secrets");
        byte[] salt = Values.salt(members.text("salt"));
        return AdminResponse.json(
                200, Map.of("other_secrets", operations.otherSecrets(salt, members.texts("secrets"))));
    }

    private AdminResponse block(AdminRequest ask) {
        AdminRequest.Members members = ask.members("subject", "for", "reason");
        Subject subject = Values.blockable(members.text("subject"));
        Duration life = Values.life(members.text("for"));
        String reason = Values.reason(members.text("reason"));
        return AdminResponse.json(200, await(operations.block(subject, life == null ? DEFAULT_BLOCK : life, reason)));
    }

    private AdminResponse unblock(AdminRequest ask) {
        Subject subject = Values.subject(ask.parameter("subject", Values.SUBJECT));
        boolean removed = await(operations.unblock(subject));
        if (operations.isBlockedByConfiguration(subject)) {
            throw new RequestRefused(
                    409,
                    "CONFLICT",
                    subject + " is blocked by the configuration ([access] block), which only a reload changes.");
        }
        return AdminResponse.json(200, Map.of("subject", subject.toString(), "removed", removed));
    }

    private AdminResponse revoke(AdminRequest ask) {
        AdminRequest.Members members = ask.members("token", "subject", "issued_before", "for");
        String subject = members.text("subject");
        String token = members.oneOf("token", "subject");
        Duration life = Values.life(members.text("for"));
        String before = members.text("issued_before");
        if (token != null) {
            if (before != null) {
                throw RequestRefused.badValue("issued_before", AdminRequest.quoted(before), "none beside token");
            }
            return AdminResponse.json(200, await(operations.revoke(Values.token(token), life)));
        }
        Identifier user = Values.user(String.valueOf(subject));
        long cutoff = Values.cutoff(before, operations.nowMillis());
        return AdminResponse.json(200, await(operations.revokeBefore(user, cutoff, life)));
    }

    private AdminResponse restore(AdminRequest ask) {
        AdminRequest.Members members = ask.members("token", "subject");
        String subject = members.text("subject");
        String token = members.oneOf("token", "subject");
        if (token != null) {
            Revocable revocable = Values.token(token);
            boolean restored = await(operations.restore(revocable));
            return AdminResponse.json(200, Map.of("token_id", revocable.tokenId(), "restored", restored));
        }
        Identifier user = Values.user(String.valueOf(subject));
        return AdminResponse.json(200, Map.of("subject", user.toString(), "restored", await(operations.restore(user))));
    }

    private AdminResponse sessions(AdminRequest ask) {
        String user = ask.optional("user");
        return AdminResponse.json(200, await(operations.sessions(user == null ? null : Values.user(user))));
    }

    private AdminResponse createSession(AdminRequest ask) {
        AdminRequest.Members members = ask.members("user", "scopes", "for");
        String user = Values.signingIn(members.text("user"));
        List<String> scopes = Values.scopes(members.text("scopes"));
        return AdminResponse.json(200, await(operations.createSession(user, scopes, Values.life(members.text("for")))));
    }

    /** An id is as good as a password, so it comes in the content. */
    private AdminResponse endSessions(AdminRequest ask) {
        AdminRequest.Members members = ask.members("user", "session");
        String user = members.oneOf("user", "session");
        int ended = user != null
                ? await(operations.endSessions(Values.user(user)))
                : await(operations.endSession(Values.session(String.valueOf(members.text("session"))))) ? 1 : 0;
        return AdminResponse.json(200, Map.of("ended", ended));
    }

    private AdminResponse sockets(AdminRequest ask) {
        Map.Entry<String, String> by = ask.optional("user", "address");
        boolean byUser = by != null && by.getKey().equals("user");
        Operations.SocketList list = await(
                by == null
                        ? operations.sockets(null, null)
                        : byUser
                                ? operations.sockets(Values.owner(by.getValue()), null)
                                : operations.sockets(null, Values.address(by.getValue())));
        return AdminResponse.json(200, list);
    }

    private AdminResponse socket(AdminRequest ask) {
        String id = Values.socket(ask.lastSegment());
        Operations.SocketEntry found = await(operations.socket(id));
        if (found == null) {
            throw new RequestRefused(
                    404, "NOT_FOUND", "No WebSocket " + AdminRequest.quoted(id) + " is recorded: it has ended.");
        }
        return AdminResponse.json(200, found);
    }

    private AdminResponse closeSockets(AdminRequest ask) {
        AdminRequest.Members members = ask.members("session", "user");
        String session = members.oneOf("session", "user");
        int closing = session != null
                ? await(operations.closeSocket(Values.socket(session)))
                : await(operations.closeSockets(Values.owner(String.valueOf(members.text("user")))));
        return AdminResponse.json(200, Map.of("closing", closing));
    }

    private AdminResponse limits(AdminRequest ask) {
        Identifier identifier = Values.counted(ask.parameter("identifier", Values.IDENTIFIER));
        return AdminResponse.json(200, await(operations.usage(identifier)));
    }

    private AdminResponse reset(AdminRequest ask) {
        Identifier identifier = Values.counted(ask.parameter("identifier", Values.IDENTIFIER));
        await(operations.reset(identifier));
        return AdminResponse.json(200, Map.of("identifier", identifier.toString(), "reset", true));
    }

    private AdminResponse decision(AdminRequest ask) {
        String id = Values.requestId(ask.lastSegment());
        Map<String, Object> found = await(operations.decision(id));
        if (found == null) {
            throw new RequestRefused(
                    404,
                    "NOT_FOUND",
                    "No node remembers a refused or failed request " + AdminRequest.quoted(id)
                            + ": each keeps the newest " + Operations.MOST_DECISIONS
                            + " since its start, of one address 16 a second at most, and none that the upstream itself"
                            + " answered; the access log has all.");
        }
        return AdminResponse.json(200, found);
    }

    private AdminResponse topic(AdminRequest ask) {
        String name = Values.topic(ask.lastSegment());
        Operations.TopicView view = await(operations.topic(name));
        if (view == null) {
            throw noTopic(name);
        }
        return AdminResponse.json(200, view);
    }

    /** Publishes the content as it is. */
    private AdminResponse publish(AdminRequest ask) {
        String name = Values.topic(ask.lastSegment());
        String data = new String(ask.content(), StandardCharsets.UTF_8);
        if (!Published.isJson(data)) {
            throw RequestRefused.badValue("content", "no JSON", "one JSON value");
        }
        Operations.Publication done = await(operations.publish(name, data));
        if (done == null) {
            throw noTopic(name);
        }
        return AdminResponse.json(200, done);
    }

    private static RequestRefused noTopic(String name) {
        return new RequestRefused(404, "NOT_FOUND", "No route has the topic " + AdminRequest.quoted(name) + ".");
    }

    private AdminResponse purge(AdminRequest ask) {
        AdminRequest.Members members = ask.members("path", "all", "background");
        String path = members.text("path");
        boolean all = members.flag("all");
        if ((path == null) != all) {
            throw RequestRefused.badValue("content", all ? "both" : "neither", "one of path and all = true");
        }
        PathPattern paths = path == null ? null : Values.paths(path);
        return members.flag("background")
                ? AdminResponse.json(
                        202, Map.of("queue", QueueRule.UPKEEP, "job_id", await(operations.orderPurge(paths))))
                : AdminResponse.json(200, Map.of("purged", await(operations.purge(paths))));
    }

    private AdminResponse reload(AdminRequest ask) {
        ask.members();
        List<ConfigProblem> problems = operations.reload();
        if (problems.isEmpty()) {
            return AdminResponse.json(
                    200, Map.of("reloaded", true, "routes", operations.routes().size()));
        }
        throw new RequestRefused(
                422,
                "CONFIGURATION_INVALID",
                "The configuration has " + problems.size() + (problems.size() == 1 ? " problem" : " problems")
                        + "; the old one stays in force.",
                problems.stream().map(ConfigProblem::toString).toList(),
                List.of());
    }

    private AdminResponse logLevel(AdminRequest ask) {
        AdminRequest.Members members = ask.members("logger", "level");
        ServerConfig.LogLevel level = Values.level(members.text("level"));
        String logger = Values.logger(members.text("logger"), level);
        operations.logLevel(logger, level);
        return AdminResponse.json(
                200, Map.of("logger", logger, "level", level.name().toLowerCase(Locale.ROOT)));
    }

    static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreUnavailable unavailable) {
                throw unavailable(unavailable.getMessage());
            }
            if (e.getCause() instanceof RangesFull full) {
                throw new RequestRefused(409, "CONFLICT", String.valueOf(full.getMessage()));
            }
            throw new IllegalStateException("an operation failed in an unexpected way", e.getCause());
        } catch (TimeoutException e) {
            throw unavailable("no answer within " + WAIT_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("the gateway is stopping");
        }
    }

    private static RequestRefused unavailable(@Nullable String reason) {
        return new RequestRefused(
                503,
                "STORE_UNAVAILABLE",
                "The shared store cannot be asked: " + reason + ".",
                List.of(),
                List.of(new Field("retry-after", "1")));
    }
}
