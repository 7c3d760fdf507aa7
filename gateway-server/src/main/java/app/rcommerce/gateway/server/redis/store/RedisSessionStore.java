package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.session.LoginSession;
import app.rcommerce.gateway.session.SessionRecord;
import app.rcommerce.gateway.store.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/**
 * The login sessions in Redis: one text for each, JSON that the platform writes. There is no index, so that lists go
 * through all keys of sessions. Safe for any thread.
 */
final class RedisSessionStore implements SessionStore {

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;
    private final KeyScan scan;
    private final Unreadable unreadable;

    RedisSessionStore(CommandDispatcher dispatcher, Link link, KeyTemplates keys, Unreadable unreadable) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.session(), "{session_id}");
        this.scan = new KeyScan(dispatcher, link, this.keys.pattern());
        this.unreadable = unreadable;
    }

    @Override
    public CompletionStage<@Nullable LoginSession> find(SessionId id) {
        return record(CommandPurpose.SESSION_FIND, id);
    }

    private CompletableFuture<@Nullable LoginSession> record(CommandPurpose purpose, SessionId id) {
        String key = keys.key(id.value());
        CompletableFuture<@Nullable Object> asked =
                dispatcher.ask(Command.of(purpose, key, RedisCommands.GET, StringCodec.INSTANCE, key));
        return CommandResults.read(asked, value -> {
            LoginSession session = value instanceof String text ? SessionRecord.parse(id, text) : null;
            if (session == null && asked.getNow(null) != null) {
                // Neither the id nor what stands there is shown: both may be secrets.
                unreadable.found(
                        "session",
                        keys.key(id.digest()),
                        null,
                        "it is no session (expected: " + SessionRecord.EXPECTED + ")");
            }
            return session;
        });
    }

    @Override
    public CompletionStage<Void> save(SessionId id, String record, Duration life) {
        String key = keys.key(id.value());
        return CommandResults.done(dispatcher.ask(Command.of(
                CommandPurpose.SESSION_CHANGE,
                key,
                RedisCommands.SET,
                StringCodec.INSTANCE,
                key,
                record,
                "PX",
                Entries.millis(life))));
    }

    @Override
    public CompletionStage<Boolean> touch(SessionId id, Duration life) {
        String key = keys.key(id.value());
        return CommandResults.read(
                dispatcher.ask(Command.of(
                        CommandPurpose.SESSION_CHANGE,
                        key,
                        RedisCommands.PEXPIRE,
                        StringCodec.INSTANCE,
                        key,
                        Entries.millis(life))),
                Boolean.TRUE::equals);
    }

    @Override
    public CompletionStage<Boolean> end(SessionId id) {
        String key = keys.key(id.value());
        return CommandResults.some(dispatcher.ask(
                Command.of(CommandPurpose.SESSION_CHANGE, key, RedisCommands.UNLINK, StringCodec.INSTANCE, key)));
    }

    @Override
    public CompletionStage<Integer> end(@Nullable Identifier user, @Nullable String digest) {
        return scan.run("sessions", work -> {
            Set<SessionId> ended = new HashSet<>();
            each(work, (id, session) -> {
                boolean meant = (user == null || session.user().equals(user))
                        && (digest == null || session.digest().equals(digest));
                if (meant && work.await(end(id).toCompletableFuture())) {
                    ended.add(id);
                }
                // A digest is that of one session.
                return digest == null || ended.isEmpty();
            });
            return ended.size();
        });
    }

    @Override
    public CompletionStage<List<Listed>> list(@Nullable Identifier user, int most) {
        return scan.run("sessions", work -> {
            Map<SessionId, LoginSession> found = new LinkedHashMap<>();
            List<CompletableFuture<Duration>> left = new ArrayList<>();
            each(work, (id, session) -> {
                if ((user == null || session.user().equals(user)) && found.putIfAbsent(id, session) == null) {
                    left.add(left(id));
                }
                return found.size() < most;
            });
            List<Listed> listed = new ArrayList<>(found.size());
            for (LoginSession session : found.values()) {
                listed.add(new Listed(session, work.await(left.get(listed.size()))));
            }
            return listed;
        });
    }

    private CompletableFuture<Duration> left(SessionId id) {
        String key = keys.key(id.value());
        return CommandResults.read(
                dispatcher.ask(
                        Command.of(CommandPurpose.SESSION_LIST, key, RedisCommands.PTTL, StringCodec.INSTANCE, key)),
                answer -> answer instanceof Long millis && millis > 0 ? Duration.ofMillis(millis) : Duration.ZERO);
    }

    /** What is done with a session that is found; tells whether to go on. */
    private interface Each {
        boolean found(SessionId id, LoginSession session);
    }

    /** Hands every session over; one may come twice. */
    private void each(KeyScan.Work work, Each each) {
        work.eachPage(CommandPurpose.SESSION_LIST, page -> {
            List<SessionId> ids = new ArrayList<>();
            List<CompletableFuture<@Nullable LoginSession>> asked = new ArrayList<>();
            for (String key : page) {
                String name = keys.value(key);
                SessionId id = name == null ? null : SessionId.parse(name);
                if (id != null) {
                    ids.add(id);
                    asked.add(record(CommandPurpose.SESSION_LIST, id));
                }
            }
            for (int i = 0; i < ids.size(); i++) {
                LoginSession session = work.await(asked.get(i));
                if (session != null && !each.found(ids.get(i), session)) {
                    return false;
                }
            }
            return true;
        });
    }
}
