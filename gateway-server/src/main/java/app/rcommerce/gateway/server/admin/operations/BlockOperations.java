package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.admin.operations.Operations.BlockEntry;
import app.rcommerce.gateway.server.admin.operations.Operations.BlockList;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations on the block list, in the shared store and in this node's near copy. Safe for any thread. */
final class BlockOperations {

    private static final Logger LOG = LoggerFactory.getLogger(BlockOperations.class);

    private final GatewayOperations.Dependencies dependencies;
    private final GatewayControl gateway;
    private final Clock clock;

    BlockOperations(GatewayOperations.Dependencies dependencies, GatewayControl gateway, Clock clock) {
        this.dependencies = dependencies;
        this.gateway = gateway;
        this.clock = clock;
    }

    private GatewayConfig config() {
        return gateway.loaded().get().config();
    }

    CompletionStage<BlockList> blocks() {
        return dependencies
                .backend()
                .stores()
                .blocks()
                .list(Operations.MOST_BLOCKS)
                .thenApply(shared -> {
                    List<BlockEntry> entries = new ArrayList<>();
                    config().access()
                            .block()
                            .forEach(subject ->
                                    entries.add(new BlockEntry(subject.toString(), "", "static", null, null, null)));
                    shared.forEach(block -> entries.add(entry(block)));
                    return new BlockList(entries, shared.size() >= Operations.MOST_BLOCKS);
                });
    }

    private BlockEntry entry(Block block) {
        long left = Math.max(0, block.untilMillis() - clock.millis());
        String note = isAllowed(block.subject())
                ? "the configuration's allowlist names this subject, which beats every block"
                : null;
        return new BlockEntry(
                block.subject().toString(),
                block.reason(),
                "shared",
                Times.secondsUp(left),
                Times.iso(block.untilMillis()),
                note);
    }

    private boolean isAllowed(Subject subject) {
        AccessList allowed = new AccessList(config().access().allow());
        if (!(subject instanceof Subject.One one)) {
            return false;
        }
        Identifier identifier = one.identifier();
        byte[] address = identifier.kind() == Identifier.Kind.IP ? Addresses.parse(identifier.value()) : null;
        return address == null ? allowed.names(identifier) : allowed.namesAddress(address, identifier);
    }

    CompletionStage<BlockEntry> block(Subject subject, Duration life, String reason) {
        return dependencies
                .backend()
                .stores()
                .blocks()
                .block(subject, life, reason)
                .thenCompose(done -> {
                    Block block = new Block(subject, reason, clock.millis() + life.toMillis());
                    dependencies.blocks().blocked(block);
                    return refreshed(subject).thenApply(seen -> {
                        LOG.info("admin: {} blocked for {} s: {}", subject, life.toSeconds(), reason);
                        return entry(block);
                    });
                });
    }

    /**
     * Refreshes this node's ranges after a change, so that ranges which other nodes have changed since are seen at once
     * too. Where the store does not answer, they are seen when the store tells of the change.
     */
    private CompletionStage<Boolean> refreshed(Subject subject) {
        return subject instanceof Subject.Range
                ? dependencies.blocks().refresh().handle((done, failure) -> failure == null)
                : CompletableFuture.completedFuture(true);
    }

    CompletionStage<Boolean> unblock(Subject subject) {
        return dependencies.backend().stores().blocks().unblock(subject).thenCompose(removed -> {
            dependencies.blocks().unblocked(subject);
            return refreshed(subject).thenApply(seen -> {
                if (removed) {
                    LOG.info("admin: {} unblocked", subject);
                } else {
                    LOG.info("admin: {} to be unblocked: there was no entry", subject);
                }
                return removed;
            });
        });
    }

    boolean isBlockedByConfiguration(Subject subject) {
        return config().access().block().contains(subject);
    }
}
