package app.rcommerce.gateway.config.effective;

import app.rcommerce.gateway.config.AccessConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.limit.Ban;
import app.rcommerce.gateway.limit.Condition;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Limit.Mode;
import app.rcommerce.gateway.limit.Quota;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.IdempotencyRule;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.route.Route.Auth;
import app.rcommerce.gateway.route.Route.CredentialKind;
import app.rcommerce.gateway.route.WebSocketRule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** The settings of {@code [access]}, limits, upstreams and routes. Stateless. */
final class RouteTree {

    private RouteTree() {}

    static TableTree access(AccessConfig access) {
        List<?> bans = access.bans().stream()
                .filter(ban -> ban.limits().isEmpty())
                .map(ban -> ban(new TableTree().put("name", ban.name()), ban).values())
                .toList();
        return new TableTree()
                .texts("block", access.block())
                .texts("allow", access.allow())
                .word("on_store_failure", access.onStoreFailure())
                .put("bans", bans.isEmpty() ? null : bans);
    }

    private static TableTree ban(TableTree tree, Ban ban) {
        boolean refusals = !ban.limits().isEmpty() || ban.statuses().equals(Ban.STATUSES);
        String what = refusals
                ? "refusals"
                : ban.statuses().contains(Ban.MISBEHAVIOUR)
                        ? "misbehaviour"
                        : ban.statuses().stream().sorted().map(Object::toString).collect(Collectors.joining("|"));
        return tree.put("after", ban.after().text().replaceFirst("/", " " + what + "/"))
                .time("for", ban.life())
                .put("grows", ban.grows())
                .time("max", ban.most())
                .word("key", ban.key());
    }

    static TableTree limits(GatewayConfig config) {
        TableTree tree = new TableTree();
        config.limits().forEach((name, limit) -> {
            TableTree table = limit(limit);
            config.access().bans().stream()
                    .filter(ban -> ban.limits().contains(name))
                    .forEach(ban -> table.table("ban", ban(new TableTree(), ban)));
            tree.table(name, table);
        });
        return tree;
    }

    private static TableTree limit(Limit limit) {
        List<String> key =
                limit.key().components().stream().map(Object::toString).toList();
        Quota quota = limit.quota();
        TableTree tree = new TableTree()
                .put("key", key.size() == 1 ? key.getFirst() : key)
                .word("applies_to", limit.appliesTo());
        Condition when = limit.when();
        if (!when.isAlways()) {
            TableTree condition = new TableTree();
            if (!when.methods().isEmpty()) {
                condition.sorted("methods", when.methods());
            }
            condition
                    .put("path", when.path() == null ? null : when.path().toString())
                    .put(
                            "claim",
                            when.claim() == null
                                    ? null
                                    : when.claim().name() + "=" + when.claim().value());
            tree.table("when", condition);
        }
        return tree.word("algorithm", quota.algorithm())
                .put(
                        "rates",
                        quota.rates().isEmpty()
                                ? null
                                : quota.rates().stream()
                                        .map(rate -> rate.text())
                                        .toList())
                .put("burst", quota.burst() == 0 ? null : quota.burst())
                .put("concurrency", quota.concurrency() == 0 ? null : quota.concurrency())
                .put("bucket", limit.bucket().equals(limit.name()) ? null : limit.bucket())
                .word("mode", limit.enforcement().mode())
                .put(
                        "enforce",
                        limit.enforcement().mode() == Mode.SHADOW
                                ? null
                                : limit.enforcement().percent())
                .word("on_store_failure", limit.onStoreFailure());
    }

    static TableTree upstreams(GatewayConfig config) {
        TableTree tree = new TableTree();
        config.upstreams().forEach((name, upstream) -> tree.table(name, upstream(upstream)));
        return tree;
    }

    private static TableTree upstream(UpstreamConfig upstream) {
        return new TableTree()
                .urls(
                        "servers",
                        upstream.servers().stream()
                                .map(server -> "http://" + server)
                                .toList())
                .time("connect_timeout", upstream.connectTimeout())
                .time("timeout", upstream.timeout())
                .time("idle_timeout", upstream.idleTimeout())
                .put("max_connections", upstream.maxConnections())
                .time("max_connection_age", upstream.maxConnectionAge())
                .put("max_connection_requests", upstream.maxConnectionRequests());
    }

    static SequencedMap<String, Object> route(Route route) {
        TableTree tree = new TableTree()
                .put("name", route.name())
                .put("path", route.path().toString());
        if (!route.hosts().isEmpty()) {
            tree.texts("hosts", route.hosts());
        }
        if (!route.methods().isEmpty()) {
            tree.sorted("methods", route.methods());
        }
        handler(tree, route.handler());
        auth(tree, route.auth());
        if (!route.scopes().isEmpty()) {
            tree.texts("scopes", route.scopes());
        }
        if (!route.limits().isEmpty()) {
            tree.texts("limits", route.limits());
        }
        Route.Cost cost = route.cost();
        return tree.put(
                        "cost",
                        cost.responseField() == null
                                ? cost.permits()
                                : new TableTree()
                                        .put("response_header", cost.responseField())
                                        .put("default", cost.permits())
                                        .put("max", cost.most())
                                        .values())
                .values();
    }

    private static void handler(TableTree tree, Handler handler) {
        switch (handler) {
            case Handler.Proxy proxy -> {
                tree.put("upstream", proxy.upstream());
                Handler.CacheRule cache = proxy.cache();
                if (cache != null) {
                    tree.table(
                            "cache",
                            new TableTree()
                                    .time("ttl", cache.ttl())
                                    .put("shared", cache.shared())
                                    .size("max_entry_size", cache.maxEntryBytes()));
                }
                if (proxy.maxRequestBody() != null) {
                    tree.size("max_request_body", proxy.maxRequestBody());
                }
                if (proxy.maxRequestTime() != null) {
                    tree.time("max_request_time", proxy.maxRequestTime());
                }
                IdempotencyRule idempotency = proxy.idempotency();
                if (idempotency != null) {
                    tree.table("idempotency", idempotency(idempotency));
                }
                WebSocketRule webSocket = proxy.webSocket();
                if (webSocket != null) {
                    tree.table("websocket", webSocket(webSocket));
                }
            }
            case Handler.Respond(Reply reply) ->
                tree.table(
                        "respond",
                        new TableTree()
                                .put("status", reply.status())
                                .put("body", new String(reply.body(), StandardCharsets.UTF_8))
                                .put(
                                        "content_type",
                                        reply.fields().stream()
                                                .filter(field -> field.name().equals("content-type"))
                                                .map(Field::value)
                                                .findFirst()
                                                .orElse(null)));
            case Handler.Events events -> TopicTree.events(tree, events);
            case Handler.Publish publish -> TopicTree.publish(tree, publish);
            case Handler.Enqueue enqueue -> QueueTree.enqueue(tree, enqueue);
            case Handler.Redirect redirect ->
                tree.table(
                        "redirect",
                        new TableTree().put("to", redirect.to().toString()).put("status", redirect.status()));
        }
    }

    private static TableTree idempotency(IdempotencyRule rule) {
        TableTree tree = new TableTree()
                .time("keep", rule.kept())
                .size("max_answer", rule.maxAnswer())
                .size("max_request", rule.maxRequest())
                .put("required", rule.required())
                .put("on_store_failure", rule.allowUnchecked() ? "allow" : "deny");
        if (rule.inProgress() != null) {
            tree.time("in_progress", rule.inProgress());
        }
        return tree;
    }

    private static TableTree webSocket(WebSocketRule rule) {
        WebSocketRule.MessageRate messages = rule.messages();
        return new TableTree()
                .put("max_per_address", rule.maxPerAddress())
                .put("max_per_identity", rule.maxPerIdentity())
                .put("max_in_all", rule.maxInAll())
                .put("messages", messages == null ? null : messages.text())
                .size("max_message", rule.maxMessage())
                .time("idle_timeout", rule.idleTimeout())
                .time("ping", rule.ping())
                .put("origins", rule.origins().isEmpty() ? null : rule.origins());
    }

    private static void auth(TableTree tree, Auth auth) {
        boolean any = auth.accepted().size() == CredentialKind.values().length;
        if (!auth.isVerified() || any) {
            tree.put("auth", auth.isVerified() ? (auth.isRequired() ? "required" : "optional") : "none");
        } else {
            tree.sorted("auth", auth.accepted().stream().map(Object::toString).toList());
            tree.put("auth_optional", auth.isRequired() ? null : true);
        }
        tree.put("strip_credentials", auth.isStripped() ? true : null);
    }
}
