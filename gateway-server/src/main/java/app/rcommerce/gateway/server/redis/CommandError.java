package app.rcommerce.gateway.server.redis;

import org.redisson.client.RedisNoScriptException;

/** What Redis answers in place of a value where it refuses a single command; the connection is in order. */
enum CommandError {
    /** The key holds another structure. */
    WRONG_TYPE,
    /** The script is not known to the node. */
    NO_SCRIPT,
    /** Anything else, such as no memory left. */
    OTHER;

    static CommandError of(Throwable failure) {
        if (failure instanceof RedisNoScriptException) {
            return NO_SCRIPT;
        }
        String message = failure.getMessage();
        return message != null && message.contains("WRONGTYPE") ? WRONG_TYPE : OTHER;
    }
}
