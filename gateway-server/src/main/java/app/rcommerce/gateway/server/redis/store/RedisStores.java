package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.limit.slot.SlotLedger;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.idempotency.RedisIdempotencyStore;
import app.rcommerce.gateway.server.redis.job.RedisJobStore;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.server.redis.topic.TopicKeys;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;

/**
 * The factory of the stores in Redis. Immutable.
 *
 * @param link where the masters are, for what goes through all keys
 * @param dispatcher sends the commands
 * @param keys what keys are made of
 * @param sockets the form of the records of WebSockets
 * @param clock for dates
 * @param unreadable is told of values that others have written and that are not understood
 */
public record RedisStores(
        Link link,
        CommandDispatcher dispatcher,
        KeyTemplates keys,
        CacheConfig.SocketRecords sockets,
        Clock clock,
        Unreadable unreadable) {

    /** The ledger of slots for requests in flight, as the node of this name writes it. */
    public SlotLedger ledger(String node) {
        return new RedisSlotLedger(dispatcher, keys, node, RedisSlotLedger.LIFE);
    }

    /** The keys of topics. */
    public TopicKeys topicKeys() {
        return new TopicKeys(
                KeyTemplate.of(keys.topicState(), "{topic}")::key, KeyTemplate.of(keys.topicHistory(), "{topic}")::key);
    }

    private KeyTemplate queues(boolean cluster) {
        String template = keys.jobQueue();
        boolean tagged = template.contains("{{queue}}");
        return KeyTemplate.of(cluster && !tagged ? template.replace("{queue}", "{{queue}}") : template, "{queue}");
    }

    /**
     * All stores, together with the given ones for requests in flight and for topics; keys of limits live for
     * {@code shortestLife} at least, and all keys of a queue are in one slot of a {@code cluster}.
     */
    public Stores with(ConcurrencyStore concurrency, TopicStore topics, Duration shortestLife, boolean cluster) {
        return new Stores(
                new RedisLimitStore(dispatcher, keys, shortestLife),
                new RedisWindowStore(dispatcher, keys, clock),
                concurrency,
                new RedisBlockStore(dispatcher, link, keys, clock, unreadable),
                new RedisRevocationStore(dispatcher, keys, clock, unreadable),
                new RedisReplyStore(dispatcher, link, keys),
                new RedisSessionStore(dispatcher, link, keys, unreadable),
                new RedisSocketStore(dispatcher, link, keys, sockets, unreadable),
                new RedisTicketKeyStore(dispatcher, keys),
                topics,
                new RedisEntryTicketStore(dispatcher, keys),
                new RedisPresenceStore(dispatcher, keys),
                new RedisJobStore(dispatcher, queues(cluster)::key),
                new RedisIdempotencyStore(dispatcher, KeyTemplate.of(keys.idempotency(), "{key}")::key));
    }
}
