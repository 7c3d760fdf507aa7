package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.server.redis.link.Master;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A command whose caller waits for the answer. Confined to the loop of its queue, except for {@link #result}. */
final class PendingCommand {

    private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
    private final long startNanos;
    private final @Nullable Consumer<@Nullable Object> late;
    private Command command;
    private Master master;
    private boolean asking;
    private int redirects;

    PendingCommand(Command command, Master master, long startNanos, @Nullable Consumer<@Nullable Object> late) {
        this.late = late;
        this.command = command;
        this.master = master;
        this.startNanos = startNanos;
    }

    Command command() {
        return command;
    }

    /** The master to which the command is sent. */
    Master master() {
        return master;
    }

    /** The time at which the caller asked. */
    long startNanos() {
        return startNanos;
    }

    /** The answer of Redis, or a {@link CommandError}; fails with {@code StoreUnavailable} alone. */
    CompletableFuture<@Nullable Object> result() {
        return result;
    }

    /** Called when Redis answers after the deadline: the caller has given up, and may want to undo what was done. */
    void answeredLate(@Nullable Object answer) {
        if (late != null) {
            late.accept(answer);
        }
    }

    /** Whether the master is to be asked although it does not own the slot yet. */
    boolean isAsking() {
        return asking;
    }

    /** Sends the command to another master; false where it has been sent on too often. */
    boolean redirect(Master other, boolean withAsking) {
        if (++redirects > Redirect.MOST) {
            return false;
        }
        master = other;
        asking = withAsking;
        return true;
    }

    /** Sends another command in place of the first. */
    void replace(Command other) {
        command = other;
    }
}
