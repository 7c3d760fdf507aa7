package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.server.redis.link.ErrorCode;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.RedisOutOfMemoryException;

/** An error of a single command, answered in place of a value; the connection is not affected. */
enum CommandError {
    /** The key holds another type of value. */
    WRONG_TYPE,
    /** The script is not known to the master. */
    NO_SCRIPT,
    /** The memory of Redis is full, or it cannot save its data: it refuses every command that writes. */
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
        return ofCode(ErrorCode.of(failure));
    }

    /** The error that Redis has answered. */
    static CommandError of(String error) {
        return ofCode(ErrorCode.of(error));
    }

    private static CommandError ofCode(String code) {
        return switch (code) {
            case "NOSCRIPT" -> NO_SCRIPT;
            case "OOM", "MISCONF" -> FULL;
            case "WRONGTYPE" -> WRONG_TYPE;
            default -> OTHER;
        };
    }
}
