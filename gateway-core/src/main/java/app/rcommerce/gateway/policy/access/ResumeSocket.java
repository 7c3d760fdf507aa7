package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.socket.SocketIds;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.store.socket.SocketStore;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record of a WebSocket that a client continues: its id stands in the field {@value #FIELD} of the handshake,
 * and it is of the same identity. Any other id is as good as none, and nobody is told whether it has a record: the
 * store is asked and the owners are compared alike.
 */
public final class ResumeSocket implements Policy {

    /** The field of a handshake, and of the answer to it, in which the id of a socket's record stands. */
    public static final String FIELD = "x-websocket-session";

    private static final String POLICY = "websocket";
    /** Compared where there is no record; nobody has this address. */
    private static final SocketRecord NOBODYS =
            new SocketRecord("", "", null, "nowhere", "", "", 0, 0, List.of(), SocketRecord.Passed.NOTHING);

    private final SocketStore sockets;
    private final Telemetry telemetry;

    /** A policy that looks records up in this store. */
    public ResumeSocket(SocketStore sockets, Telemetry telemetry) {
        this.sockets = sockets;
        this.telemetry = telemetry;
    }

    @Override
    public Ask ask(Call call) {
        return Ask.IN_TURN;
    }

    @Override
    public Verdict decide(Call call) {
        if (!call.request().isWebSocketHandshake()) {
            return Verdict.PASS;
        }
        List<String> named = call.request().headers().all(FIELD);
        if (named.size() != 1 || !SocketIds.isId(named.getFirst())) {
            return Verdict.PASS;
        }
        return new Verdict.Later<>(sockets.find(named.getFirst()), record -> compare(call, record), failure -> {
            StoreFailures.rethrowUnlessExpected(failure);
            telemetry.decided(POLICY, "resume_store_unavailable");
            return Verdict.PASS;
        });
    }

    private Verdict compare(Call call, @Nullable SocketRecord found) {
        SocketRecord record = Objects.requireNonNullElse(found, NOBODYS);
        boolean own = record.isOf(call.identity(), call.exactAddress().value());
        telemetry.decided(POLICY, own ? "resumed" : "not_resumed");
        if (own) {
            call.resumes(record);
        }
        return Verdict.PASS;
    }
}
