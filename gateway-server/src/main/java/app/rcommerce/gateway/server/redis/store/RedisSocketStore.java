package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.socket.SocketForm;
import app.rcommerce.gateway.socket.SocketIds;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.socket.SocketStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records of WebSockets in Redis: a hash for each, which lists find by going through all keys of such; or JSON with
 * sets of ids by user and address. Every key has an end, and no command concerns two keys, so that a cluster may put
 * them anywhere; a set may therefore name records that are gone, which whoever reads it removes. Safe for any thread.
 */
final class RedisSocketStore implements SocketStore {

    private static final Script WRITE = Script.load(RedisSocketStore.class, "socket_write.lua");
    private static final Script READ = Script.load(RedisSocketStore.class, "socket_read.lua");
    private static final String ANYBODY = "*";
    private static final long DONE = 1;
    private static final long HELD = -1;

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;
    private final KeyScan scan;
    private final Unreadable unreadable;
    /** The sets by user and address; null where records are hashes. */
    private final @Nullable SocketIndex index;

    RedisSocketStore(
            CommandDispatcher dispatcher,
            Link link,
            KeyTemplates keys,
            CacheConfig.SocketRecords form,
            Unreadable unreadable) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.websocketSession(), "{session_id}");
        this.scan = new KeyScan(dispatcher, link, this.keys.pattern());
        this.unreadable = unreadable;
        this.index = form == CacheConfig.SocketRecords.JSON ? new SocketIndex(dispatcher, this.keys.before()) : null;
    }

    /** What the script answers to the record that is to be written: a number. */
    private CompletableFuture<Long> write(SocketRecord record, String holder, Duration life) {
        List<String> arguments = new ArrayList<>();
        arguments.add(Entries.millis(life));
        arguments.add(holder);
        if (index != null) {
            arguments.add(SocketForm.json(record));
        } else {
            SocketForm.fields(record).forEach((name, text) -> {
                arguments.add(name);
                arguments.add(text);
            });
        }
        CompletableFuture<Long> written = ask(record.id(), arguments);
        if (index != null) {
            // Behind the record: a listing forgets what it finds named and not there.
            index.add(record, life);
        }
        return written;
    }

    private CompletableFuture<Long> ask(String id, List<String> arguments) {
        return CommandResults.read(
                dispatcher.ask(
                        WRITE.call(CommandPurpose.SOCKET_CHANGE, keys.key(id), arguments.toArray(String[]::new))),
                answer -> answer instanceof List<?> one && !one.isEmpty() && one.getFirst() instanceof Long number
                        ? number
                        : 0L);
    }

    private static Void written(long answer) {
        if (answer != DONE && answer != HELD) {
            throw new StoreUnavailable("Redis has not written the record");
        }
        return CommandResults.nothing(answer);
    }

    @Override
    public CompletionStage<Void> save(SocketRecord record, Duration life) {
        return CommandResults.then(write(record, ANYBODY, life), RedisSocketStore::written);
    }

    @Override
    public CompletionStage<List<Outcome>> touch(List<SocketRecord> records, Duration life) {
        List<CompletableFuture<Outcome>> asked = new ArrayList<>(records.size());
        for (SocketRecord record : records) {
            asked.add(write(record, record.holder(), life)
                    .handle((answer, failure) -> answer == null || failure != null
                            ? Outcome.FAILED
                            : answer == DONE ? Outcome.WRITTEN : answer == HELD ? Outcome.TAKEN : Outcome.FAILED));
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(all -> asked.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public CompletionStage<Boolean> remove(SocketRecord record) {
        CompletableFuture<Long> removed = ask(record.id(), List.of("0", record.holder()));
        if (index == null) {
            return CommandResults.then(removed, answer -> answer == DONE);
        }
        SocketIndex sets = index;
        return CommandResults.then(removed, answer -> {
            if (answer != HELD) {
                sets.remove(record);
            }
            return answer == DONE;
        });
    }

    @Override
    public CompletionStage<Void> release(SocketRecord record, Duration life) {
        return CommandResults.then(write(record.released(), record.holder(), life), RedisSocketStore::written);
    }

    @Override
    public CompletionStage<@Nullable SocketRecord> find(String id) {
        return find(CommandPurpose.SOCKET_FIND, id);
    }

    private CompletableFuture<@Nullable SocketRecord> find(CommandPurpose purpose, String id) {
        String key = keys.key(id);
        if (index != null) {
            return index.text(purpose, key, id, this::notUnderstood);
        }
        return CommandResults.read(dispatcher.ask(READ.call(purpose, key)), answer -> {
            if (!(answer instanceof List<?> parts) || parts.isEmpty()) {
                return null;
            }
            SocketRecord record = SocketForm.parse(id, SocketIndex.fields(parts));
            if (record == null) {
                notUnderstood(id);
            }
            return record;
        });
    }

    /** What stands there is not shown: it may be of use to whoever comes back with it. */
    private void notUnderstood(String id) {
        unreadable.found(
                "socket",
                keys.key(SocketIds.shown(id)),
                null,
                "it is no record of a WebSocket (expected: " + SocketForm.EXPECTED + ")");
    }

    @Override
    public CompletionStage<List<SocketRecord>> byUser(Identifier user, int most) {
        Predicate<SocketRecord> wanted = record -> user.equals(record.user());
        return index == null ? list(wanted, most) : list(index, index.ofUser(user), wanted, most);
    }

    @Override
    public CompletionStage<List<SocketRecord>> byAddress(String address, int most) {
        Predicate<SocketRecord> wanted = record -> address.equals(record.address());
        return index == null ? list(wanted, most) : list(index, index.ofAddress(address), wanted, most);
    }

    @Override
    public CompletionStage<List<SocketRecord>> all(int most) {
        return list(record -> true, most);
    }

    /** The records that a set names; ids of records that are gone, or are of somebody else now, leave it. */
    private CompletionStage<List<SocketRecord>> list(
            SocketIndex sets, String set, Predicate<SocketRecord> wanted, int most) {
        return scan.run("records of sockets", work -> {
            List<String> ids = work.await(sets.members(set, most));
            List<SocketRecord> found = new ArrayList<>();
            List<String> gone = new ArrayList<>();
            List<CompletableFuture<@Nullable SocketRecord>> asked = ids.stream()
                    .map(id -> SocketIds.isId(id)
                            ? find(CommandPurpose.SOCKET_LIST, id)
                            : CompletableFuture.<@Nullable SocketRecord>completedFuture(null))
                    .toList();
            for (int i = 0; i < ids.size(); i++) {
                SocketRecord record = work.await(asked.get(i));
                if (record != null && wanted.test(record)) {
                    found.add(record);
                } else {
                    gone.add(ids.get(i));
                }
            }
            sets.remove(set, gone);
            return found;
        });
    }

    private CompletionStage<List<SocketRecord>> list(Predicate<SocketRecord> wanted, int most) {
        return scan.run("records of sockets", work -> {
            List<SocketRecord> found = new ArrayList<>();
            Set<String> seen = new HashSet<>();
            work.eachPage(CommandPurpose.SOCKET_LIST, page -> {
                List<CompletableFuture<@Nullable SocketRecord>> asked = new ArrayList<>();
                for (String key : page) {
                    String id = keys.value(key);
                    if (id != null && SocketIds.isId(id) && seen.add(id)) {
                        asked.add(find(CommandPurpose.SOCKET_LIST, id));
                    }
                }
                for (CompletableFuture<@Nullable SocketRecord> one : asked) {
                    SocketRecord record = work.await(one);
                    if (record != null && wanted.test(record) && found.size() < most) {
                        found.add(record);
                    }
                }
                return found.size() < most;
            });
            return found;
        });
    }
}
