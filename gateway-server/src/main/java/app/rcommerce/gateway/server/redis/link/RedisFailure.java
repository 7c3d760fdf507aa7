package app.rcommerce.gateway.server.redis.link;

import app.rcommerce.gateway.server.backend.Backend;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisAuthRequiredException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisReadonlyException;
import org.redisson.client.RedisResponseTimeoutException;
import org.redisson.client.RedisRetryException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.RedisWrongPasswordException;

/** The reasons why Redis cannot be used, as opposed to the refusal of a single command. */
public enum RedisFailure {
    /** Redis is connected and does not answer in time. */
    LATE(Backend.State.RECONNECTING, "no answer in time"),
    /** No connection can be made. */
    UNREACHABLE(Backend.State.RECONNECTING, "cannot be reached"),
    /** Redis loads its data, or its cluster is down. */
    NOT_READY(Backend.State.RECONNECTING, "is not ready"),
    /** The server is a replica: it refuses to write, and what it reads may be stale. */
    REPLICA(Backend.State.RECONNECTING, "is a replica"),
    /** Redis can be read and refuses to write. */
    FULL(Backend.State.FAILED, "refuses to write: its memory is full, or it cannot save"),
    /** Redis refuses the user, the password or the database. */
    DENIED(Backend.State.FAILED, "refuses the user, the password or the database"),
    /** The user lacks a permission. */
    NOT_PERMITTED(Backend.State.FAILED, "refuses a command or key to the user"),
    /** Certificates do not match, or one side does not speak TLS. */
    TLS(Backend.State.FAILED, "TLS handshake failed"),
    /** The pool is too small for what goes on. */
    EXHAUSTED(Backend.State.EXHAUSTED, "every connection is in use");

    private static final int DEEPEST_CAUSE = 20;

    private final Backend.State state;
    private final String words;

    RedisFailure(Backend.State state, String words) {
        this.state = state;
        this.words = words;
    }

    Backend.State state() {
        return state;
    }

    String words() {
        return words;
    }

    /** The reason for a failure; null where Redis has answered, if only to refuse a single command. */
    public static @Nullable RedisFailure of(Throwable failure) {
        RedisFailure found = UNREACHABLE;
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            RedisFailure reason = ofOne(cause);
            if (reason != UNREACHABLE) {
                return reason;
            }
            if (isAnswer(cause)) {
                found = null;
            }
            cause = cause.getCause();
        }
        return found;
    }

    /** Whether the failure is an answer of Redis: those have exactly one of these classes. */
    private static boolean isAnswer(Throwable failure) {
        return failure instanceof RedisNoScriptException
                || failure instanceof RedisOutOfMemoryException
                || (failure.getClass() == RedisException.class && failure.getCause() == null);
    }

    private static RedisFailure ofOne(Throwable failure) {
        String message = failure.getMessage() == null ? "" : failure.getMessage();
        return switch (failure) {
            case RedisWrongPasswordException wrong -> DENIED;
            case RedisAuthRequiredException required -> DENIED;
            case RedisResponseTimeoutException late -> LATE;
            case RedisTimeoutException late -> message.startsWith("Unable to acquire connection") ? EXHAUSTED : LATE;
            case RedisRetryException retry -> NOT_READY;
            case RedisReadonlyException replica -> REPLICA;
            case SSLException tls -> TLS;
            case RedisException said when ofCode(ErrorCode.of(said)) != UNREACHABLE -> ofCode(ErrorCode.of(said));
            case RedisException said when deniesUser(message) -> DENIED;
            default -> UNREACHABLE;
        };
    }

    /** The reason for an error that Redis has answered; null where it refuses a single command. */
    public static @Nullable RedisFailure ofAnswer(String error) {
        RedisFailure reason = ofCode(ErrorCode.of(error));
        if (reason != UNREACHABLE) {
            return reason;
        }
        return deniesUser(error) ? DENIED : null;
    }

    private static boolean deniesUser(String error) {
        return error.startsWith("ERR AUTH")
                || error.startsWith("ERR invalid password")
                || error.startsWith("ERR DB index")
                || error.startsWith("ERR invalid DB index");
    }

    /** The reason for an error code for which the client library has no class, since the error is a script's. */
    private static RedisFailure ofCode(String code) {
        return switch (code) {
            case "READONLY" -> REPLICA;
            case "NOPERM" -> NOT_PERMITTED;
            case "NOAUTH", "WRONGPASS" -> DENIED;
            case "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK", "NOREPLICAS", "BUSY" -> NOT_READY;
            default -> UNREACHABLE;
        };
    }
}
