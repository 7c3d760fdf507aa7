package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Cidr;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.RangesFull;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;

/**
 * The block list in Redis. Each identifier has a text of its own, which lives as long as the block and may be written
 * by other programs: JSON with a {@code reason}, the reason alone, or {@code 1} for none. All ranges are in one hash,
 * except /64 networks of IPv6, which are identifiers. Safe for any thread.
 */
final class RedisBlockStore implements BlockStore {

    /** The end of an entry that has no time to live. */
    private static final long FAR_AHEAD = Long.MAX_VALUE / 2;

    private static final String UNDERSTOOD = "a text with the reason, {\"reason\": …}, or 1";

    private static final Script READ_RANGES = Script.load(RedisBlockStore.class, "ranges.lua");
    private static final Script ADD_RANGE = Script.load(RedisBlockStore.class, "block_range.lua");

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;
    private final String rangesKey;
    private final KeyScan scan;
    private final Clock clock;
    private final Unreadable unreadable;

    RedisBlockStore(CommandDispatcher dispatcher, Link link, KeyTemplates keys, Clock clock, Unreadable unreadable) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.blockList(), "{identifier}");
        this.rangesKey = keys.blockRanges();
        this.scan = new KeyScan(dispatcher, link, this.keys.pattern());
        this.clock = clock;
        this.unreadable = unreadable;
    }

    @Override
    public CompletionStage<@Nullable Block> find(Identifier identifier) {
        String key = keys.key(identifier.toString());
        // Nearly always there is no entry: the end is asked for only where there is one.
        return text(CommandPurpose.BLOCK_FIND, key)
                .thenCompose(value -> value == null
                        ? CompletableFuture.completedFuture(null)
                        : end(CommandPurpose.BLOCK_FIND, key)
                                // It is blocked, even where its end cannot be read.
                                .exceptionally(failure -> FAR_AHEAD)
                                .thenApply(until -> block(identifier, value, until)));
    }

    private CompletableFuture<@Nullable String> text(CommandPurpose purpose, String key) {
        CompletableFuture<@Nullable Object> asked =
                dispatcher.ask(Command.of(purpose, key, RedisCommands.GET, StringCodec.INSTANCE, key));
        return CommandResults.read(asked, value -> text(key, value, asked.getNow(null) != null));
    }

    /**
     * The text that a value is; tells of one that is not understood, such as a key of another structure: it reads as
     * null.
     */
    private @Nullable String text(String key, @Nullable Object value, boolean isThere) {
        String text = value instanceof String one ? one : null;
        if (isThere && text == null) {
            unreadable.found("block", key, null, "it blocks nobody (expected: " + UNDERSTOOD + ")");
        } else if (text != null && !Entries.isReadable(text)) {
            unreadable.found("block", key, text, "it blocks, without a reason (expected: " + UNDERSTOOD + ")");
        }
        return text;
    }

    /** Completes with the time at which the key ends; 0 where it has just ended. */
    private CompletableFuture<Long> end(CommandPurpose purpose, String key) {
        return CommandResults.read(
                dispatcher.ask(Command.of(purpose, key, RedisCommands.PTTL, StringCodec.INSTANCE, key)), this::end);
    }

    private long end(@Nullable Object pttl) {
        long left = pttl instanceof Long millis ? millis : -2;
        if (left == -1) {
            return FAR_AHEAD;
        }
        return left < 0 ? 0 : clock.millis() + Math.min(left, FAR_AHEAD / 2);
    }

    private static @Nullable Block block(Identifier identifier, String value, long until) {
        return until == 0 ? null : new Block(new Subject.One(identifier), Entries.reason(value), until);
    }

    @Override
    public CompletionStage<List<Block>> ranges() {
        return CommandResults.read(
                dispatcher.ask(READ_RANGES.read(CommandPurpose.BLOCK_LIST, rangesKey)), this::ranges);
    }

    private List<Block> ranges(@Nullable Object answer) {
        List<Block> held = new ArrayList<>();
        if (answer instanceof List<?> one && !one.isEmpty() && one.getFirst() instanceof byte[] bytes) {
            List<String> texts = Entries.texts(bytes);
            for (int i = 0; i + 1 < texts.size(); i += 2) {
                Cidr cidr = Cidr.parse(texts.get(i));
                Block block = cidr == null ? null : Entries.range(cidr, texts.get(i + 1));
                if (block == null || block.untilMillis() == 0) {
                    unreadable.found(
                            "range",
                            rangesKey + " " + texts.get(i),
                            texts.get(i + 1),
                            "it blocks nobody (expected: a range such as 203.0.113.0/24, and {\"until\": <milliseconds since 1970>})");
                } else if (block.untilMillis() > clock.millis()) {
                    held.add(block);
                }
            }
        }
        return held;
    }

    @Override
    public CompletionStage<Void> block(Subject subject, Duration life, String reason) {
        return switch (subject) {
            case Subject.One(Identifier identifier) -> {
                String key = keys.key(identifier.toString());
                yield CommandResults.done(
                        set(RedisCommands.SET, key, key, Entries.block(reason), "PX", Entries.millis(life)));
            }
            case Subject.Range(Cidr cidr) -> addRange(cidr, life, reason, "0").thenAccept(added -> {});
        };
    }

    @Override
    public CompletionStage<Boolean> ban(Subject subject, Duration life, String reason) {
        return switch (subject) {
            case Subject.One(Identifier identifier) -> {
                String key = keys.key(identifier.toString());
                yield CommandResults.read(
                        set(
                                RedisCommands.SET_BOOLEAN,
                                key,
                                key,
                                Entries.block(reason),
                                "PX",
                                Entries.millis(life),
                                "NX"),
                        Boolean.TRUE::equals);
            }
            case Subject.Range(Cidr cidr) -> addRange(cidr, life, reason, "1");
        };
    }

    private CompletableFuture<@Nullable Object> set(RedisCommand<?> kind, String key, Object... arguments) {
        return dispatcher.ask(Command.of(CommandPurpose.BLOCK_CHANGE, key, kind, StringCodec.INSTANCE, arguments));
    }

    /** Completes with whether the range was added. */
    private CompletableFuture<Boolean> addRange(Cidr cidr, Duration life, String reason, String keep) {
        CompletableFuture<Long> added = CommandResults.read(
                dispatcher.ask(ADD_RANGE.call(
                        CommandPurpose.BLOCK_CHANGE,
                        rangesKey,
                        cidr.toString(),
                        Entries.millis(life),
                        reason,
                        keep,
                        Integer.toString(MOST_RANGES))),
                answer -> answer instanceof List<?> numbers && numbers.getFirst() instanceof Long number ? number : 0L);
        return added.thenCompose(number -> number < 0
                ? CompletableFuture.failedFuture(new RangesFull())
                : CompletableFuture.completedFuture(number == 1));
    }

    @Override
    public CompletionStage<Boolean> unblock(Subject subject) {
        return switch (subject) {
            case Subject.One(Identifier identifier) -> {
                CompletableFuture<Boolean> removed = remove(identifier);
                Cidr cidr = identifier.isNetwork() ? Cidr.parse(identifier.value()) : null;
                // Somebody may have written the network among the ranges.
                yield cidr == null ? removed : removed.thenCombine(unblock(cidr), (alone, among) -> alone || among);
            }
            case Subject.Range(Cidr cidr) -> unblock(cidr);
        };
    }

    private CompletableFuture<Boolean> remove(Identifier identifier) {
        String key = keys.key(identifier.toString());
        return CommandResults.some(dispatcher.ask(
                Command.of(CommandPurpose.BLOCK_CHANGE, key, RedisCommands.UNLINK, StringCodec.INSTANCE, key)));
    }

    private CompletableFuture<Boolean> unblock(Cidr cidr) {
        CompletableFuture<Boolean> held = CommandResults.read(
                dispatcher.ask(Command.of(
                        CommandPurpose.BLOCK_CHANGE,
                        rangesKey,
                        RedisCommands.HGET,
                        StringCodec.INSTANCE,
                        rangesKey,
                        cidr.toString())),
                value -> Entries.until(value) > clock.millis());
        // One after the other: two commands may travel on two connections.
        return held.thenCompose(holds -> CommandResults.some(dispatcher.ask(Command.of(
                        CommandPurpose.BLOCK_CHANGE,
                        rangesKey,
                        RedisCommands.HDEL,
                        StringCodec.INSTANCE,
                        rangesKey,
                        cidr.toString())))
                .thenApply(was -> holds && was));
    }

    @Override
    public CompletionStage<List<Block>> list(int most) {
        return scan.run("the block list", work -> {
            List<Block> found = new ArrayList<>(work.await(ranges().toCompletableFuture()));
            work.eachPage(CommandPurpose.BLOCK_LIST, page -> {
                addAll(work, page, found);
                return found.size() < most;
            });
            return List.copyOf(found.subList(0, Math.min(most, found.size())));
        });
    }

    private void addAll(KeyScan.Work work, List<String> page, List<Block> found) {
        List<CompletableFuture<@Nullable Block>> blocks = new ArrayList<>();
        for (String key : page) {
            String value = keys.value(key);
            Identifier identifier = value == null ? null : Identifier.parse(value);
            if (identifier == null || !identifier.toString().equals(value)) {
                continue;
            }
            CompletableFuture<@Nullable String> text = text(CommandPurpose.BLOCK_LIST, key);
            blocks.add(text.thenCombine(
                    end(CommandPurpose.BLOCK_LIST, key),
                    (held, until) -> held == null ? null : block(identifier, held, until)));
        }
        for (CompletableFuture<@Nullable Block> block : blocks) {
            Block held = work.await(block);
            if (held != null) {
                found.add(held);
            }
        }
    }
}
