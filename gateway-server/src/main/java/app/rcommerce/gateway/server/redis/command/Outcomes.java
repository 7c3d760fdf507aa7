package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.CommandPurpose.Urgency;
import app.rcommerce.gateway.server.redis.link.RedisCircuitBreaker;
import app.rcommerce.gateway.server.redis.link.RedisFailure;
import org.jspecify.annotations.Nullable;

/**
 * What the outcomes of commands that were answered together say of their master. An outcome is the value, or a
 * {@link CommandError}, or the {@link RedisFailure} in place of an answer. Confined to an event loop.
 */
final class Outcomes {

    private final RedisCircuitBreaker breaker;
    private @Nullable RedisFailure reason;
    private boolean answered;

    Outcomes(RedisCircuitBreaker breaker) {
        this.breaker = breaker;
    }

    void add(CommandPurpose purpose, @Nullable Object outcome) {
        switch (outcome) {
            case RedisFailure.NOT_PERMITTED -> {
                breaker.denied(purpose);
                answered = true;
            }
            case RedisFailure one -> reason = reason == RedisFailure.REPLICA ? reason : one;
            case CommandError.FULL -> {
                breaker.refusedWrite();
                answered = true;
            }
            case CommandError error -> answered = true;
            case null, default -> {
                answered = true;
                breaker.did(purpose);
                if (purpose == CommandPurpose.HEARTBEAT) {
                    breaker.wrote();
                }
            }
        }
    }

    /**
     * Reports what has been added to the circuit breaker, and forgets it. Commands for which no request waits count
     * neither as a failure nor as a success: they may take longer, and their success says nothing of those that cannot
     * wait.
     */
    void tell(Urgency urgency) {
        if (reason == RedisFailure.REPLICA) {
            breaker.failed(reason);
        } else if (urgency.isPressing()) {
            if (answered) {
                breaker.answered();
            } else if (reason != null) {
                breaker.failed(reason);
            }
        }
        reason = null;
        answered = false;
    }
}
