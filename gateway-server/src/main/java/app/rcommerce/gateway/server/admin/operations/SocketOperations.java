package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.admin.operations.Operations.SocketEntry;
import app.rcommerce.gateway.server.admin.operations.Operations.SocketList;
import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.sockets.OpenSockets;
import app.rcommerce.gateway.socket.SocketIds;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.store.socket.SocketStore;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators do with WebSockets. Safe for any thread. */
public final class SocketOperations {

    /** The topic of messages to nodes that hold a socket, whose id is the text, or those of a user. */
    public static final String CLOSE = "socket-close";

    /** What stands before an id in a message; before a user stands what its identifier begins with. */
    public static final String ID = "id:";

    private static final Logger LOG = LoggerFactory.getLogger(SocketOperations.class);

    private final Backend backend;
    private final OpenSockets here;

    SocketOperations(Backend backend, OpenSockets here) {
        this.backend = backend;
        this.here = here;
    }

    private SocketStore store() {
        return backend.stores().sockets();
    }

    CompletionStage<SocketList> list(@Nullable Identifier user, @Nullable String address) {
        int most = Operations.MOST_SESSIONS;
        CompletionStage<List<SocketRecord>> found = user != null
                ? store().byUser(user, most + 1)
                : address != null ? store().byAddress(address, most + 1) : store().all(most + 1);
        return found.thenApply(records -> new SocketList(
                records.stream().limit(most).map(SocketOperations::entry).toList(), records.size() > most));
    }

    CompletionStage<@Nullable SocketEntry> find(String id) {
        return store().find(id).thenApply(record -> record == null ? null : entry(record));
    }

    private static SocketEntry entry(SocketRecord record) {
        return new SocketEntry(
                record.id(),
                record.user() == null ? null : record.user().toString(),
                record.address(),
                record.route(),
                record.isHeld() ? record.node() : null,
                time(record.connectedMillis()),
                time(record.activityMillis()),
                record.subscriptions(),
                record.passed().bytesIn(),
                record.passed().bytesOut(),
                record.passed().messagesIn(),
                record.passed().messagesOut());
    }

    private static @Nullable String time(long millis) {
        return millis == 0 ? null : Times.iso(millis);
    }

    CompletionStage<Integer> close(String id) {
        here.close(id);
        return tell(ID + id)
                .thenCompose(told -> store().find(id))
                .thenApply(record -> told(SocketIds.shown(id), record != null && record.isHeld() ? 1 : 0));
    }

    CompletionStage<Integer> close(Identifier user) {
        here.close(user);
        return tell(user.toString())
                .thenCompose(told -> store().byUser(user, Operations.MOST_SESSIONS))
                .thenApply(records -> told(user.toString(), (int)
                        records.stream().filter(SocketRecord::isHeld).count()));
    }

    /** Tells all nodes, before the store is asked what is recorded: a message hastens what is to be done. */
    private CompletionStage<Void> tell(String text) {
        return backend.nodeChannel().publish(CLOSE, text);
    }

    private static int told(String whose, int closing) {
        LOG.info("admin: sockets of {} are closed: {} recorded as open", whose, closing);
        return closing;
    }
}
