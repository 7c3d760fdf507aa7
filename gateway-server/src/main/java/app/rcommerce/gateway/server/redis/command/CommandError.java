package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.server.redis.link.ErrorCode;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.RedisOutOfMemoryException;

/** What Redis answers in place of a value where it refuses a single command; the connection is in order. */
enum CommandError {
    /** The key holds another structure. */
    WRONG_TYPE,
    /** The script is not known to the master. */
    NO_SCRIPT,
    /** Its memory is full, or it cannot save what it has: it refuses every command that writes. */
    FULL,
    /** Anything else. */
    OTHER;

    static CommandError of(Throwable failure) {
        if (failure instanceof RedisNoScriptException) {
            return NO_SCRIPT;
        }
        if (failure instanceof RedisOutOfMemoryException) {
            return FULL;
        }
        return switch (ErrorCode.of(failure)) {
            case "OOM", "MISCONF" -> FULL;
            case "WRONGTYPE" -> WRONG_TYPE;
            default -> OTHER;
        };
    }
}
