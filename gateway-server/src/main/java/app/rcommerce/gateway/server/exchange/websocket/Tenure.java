package app.rcommerce.gateway.server.exchange.websocket;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.access.OpenSocketCheck;
import app.rcommerce.gateway.policy.access.OpenSocketCheck.Lost;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.server.exchange.Snapshot;
import app.rcommerce.gateway.server.sockets.RecordedSocket;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether the caller of a long-lived connection may keep it, and whether its route is still the same. Confined to the
 * event loop of its client.
 */
public final class Tenure {

    private final @Nullable RecordedSocket record;
    private OpenSocketCheck.Standing standing;
    private @Nullable OpenSocketCheck checked;
    private boolean asking;
    private boolean over;

    /**
     * The tenure of a caller that has passed the policies.
     *
     * @param record what is recorded of its connection, which an operator may end; null where nothing is
     */
    public Tenure(OpenSocketCheck.Standing standing, @Nullable RecordedSocket record) {
        this.standing = standing;
        this.record = record;
    }

    /** The caller. */
    public Caller caller() {
        return standing.caller();
    }

    /** Whether its route accepts tokens. */
    public boolean verifiesTokens() {
        return standing.route().auth().accepted().contains(Route.CredentialKind.JWT);
    }

    /** A call like that which has opened the connection, for what is decided anew: it presents this token. */
    public Call renewing(String requestId, String compact) {
        return standing.renewing(requestId, compact);
    }

    /** Goes on for this caller. */
    public void renewed(Caller caller) {
        standing = standing.of(caller);
    }

    /** Ends it: nothing is told any more. */
    public void end() {
        over = true;
    }

    /**
     * Whether another configuration is in force than when this was asked last, and has not the route as it was when the
     * connection was opened.
     */
    public boolean isReconfigured(Snapshot now) {
        if (now.sockets() == checked) {
            return false;
        }
        checked = now.sockets();
        return !checked.hasRoute(standing);
    }

    /** Asks whether the caller may keep the connection; tells, on the loop, only where it may not. */
    public void ask(Snapshot now, EventLoop loop, Consumer<Ending> ending) {
        if (record != null && record.isClosing() && !over) {
            ending.accept(Ending.OPERATOR);
            return;
        }
        if (asking || over) {
            return;
        }
        CompletableFuture<Lost> answer = now.sockets().lost(standing).toCompletableFuture();
        if (answer.state() == Future.State.SUCCESS) {
            tell(answer.resultNow(), ending);
            return;
        }
        asking = true;
        answer.whenComplete((lost, failure) -> loop.execute(() -> {
            asking = false;
            if (failure == null && !over) {
                tell(lost, ending);
            }
        }));
    }

    private static void tell(Lost lost, Consumer<Ending> ending) {
        switch (lost) {
            case NOTHING -> {
                // It stays open.
            }
            case EXPIRED -> ending.accept(Ending.EXPIRED);
            case REVOKED -> ending.accept(Ending.REVOKED);
            case BLOCKED -> ending.accept(Ending.BLOCKED);
        }
    }
}
