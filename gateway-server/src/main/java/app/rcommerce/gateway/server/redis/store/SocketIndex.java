package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.socket.SocketForm;
import app.rcommerce.gateway.socket.SocketRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;

/**
 * The sets in which the platform's code of today keeps the ids of the sockets of a user and of an address, beside the
 * JSON of each. Safe for any thread.
 *
 * @param before what the keys of records begin with, and those of the sets as well
 */
record SocketIndex(CommandDispatcher dispatcher, String before) {

    private static final Script ADD = Script.load(SocketIndex.class, "socket_index.lua");
    /** Some members, each once: of a large set not all, so that an answer is bounded. */
    private static final RedisCommand<List<Object>> SOME =
            new RedisCommand<>("SRANDMEMBER", new ObjectListReplayDecoder<>());

    String ofUser(Identifier user) {
        return before + "user:" + SocketForm.userId(user) + "/sessions";
    }

    String ofAddress(String address) {
        return before + "ip:" + address + "/sessions";
    }

    private List<String> of(SocketRecord record) {
        List<String> sets = new ArrayList<>(2);
        if (record.user() != null) {
            sets.add(ofUser(record.user()));
        }
        if (!record.address().isEmpty()) {
            sets.add(ofAddress(record.address()));
        }
        return sets;
    }

    /**
     * Adds a record that is written; where it cannot be added it is found by its id alone until it is written again.
     */
    void add(SocketRecord record, Duration life) {
        for (String set : of(record)) {
            dispatcher.ask(ADD.call(CommandPurpose.SOCKET_CHANGE, set, Entries.millis(life), record.id()));
        }
    }

    /** Removes a record that is gone. */
    void remove(SocketRecord record) {
        of(record).forEach(set -> remove(set, List.of(record.id())));
    }

    void remove(String set, List<String> ids) {
        if (!ids.isEmpty()) {
            Object[] all = new Object[ids.size() + 1];
            all[0] = set;
            for (int i = 0; i < ids.size(); i++) {
                all[i + 1] = ids.get(i);
            }
            dispatcher.ask(
                    Command.of(CommandPurpose.SOCKET_CHANGE, set, RedisCommands.SREM, StringCodec.INSTANCE, all));
        }
    }

    /** So many members of a set at most. */
    CompletableFuture<List<String>> members(String set, int most) {
        return CommandResults.read(
                dispatcher.ask(Command.of(
                        CommandPurpose.SOCKET_LIST, set, SOME, StringCodec.INSTANCE, set, Integer.toString(most))),
                answer -> answer instanceof List<?> some
                        ? some.stream().map(String::valueOf).toList()
                        : List.of());
    }

    /** The record that stands as JSON at a key. */
    CompletableFuture<@Nullable SocketRecord> text(
            CommandPurpose purpose, String key, String id, Consumer<String> notUnderstood) {
        CompletableFuture<@Nullable Object> asked =
                dispatcher.ask(Command.of(purpose, key, RedisCommands.GET, StringCodec.INSTANCE, key));
        return CommandResults.read(asked, value -> {
            SocketRecord record = value instanceof String text ? SocketForm.parse(id, text) : null;
            if (record == null && asked.getNow(null) != null) {
                notUnderstood.accept(id);
            }
            return record;
        });
    }

    /** The fields of a hash from a list of names and values. */
    static Map<String, String> fields(List<?> parts) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            fields.put(String.valueOf(parts.get(i)), String.valueOf(parts.get(i + 1)));
        }
        return fields;
    }
}
