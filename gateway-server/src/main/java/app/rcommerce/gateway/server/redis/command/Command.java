package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.Master;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.Codec;
import org.redisson.client.protocol.RedisCommand;

/**
 * A command for Redis. Immutable, except that the parameters are an array, which nobody changes.
 *
 * @param purpose what it is for
 * @param key the key that names the master in a cluster; empty where {@code master} does
 * @param master the master to ask; null where the key names it
 * @param command the command and how its answer is read
 * @param codec how values of the answer are read
 * @param parameters texts and bytes
 * @param script the script that is called by its digest; null for anything else
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Command(
        CommandPurpose purpose,
        String key,
        @Nullable Master master,
        RedisCommand<?> command,
        Codec codec,
        Object[] parameters,
        @Nullable Script script) {

    /** A command about a key. */
    public static Command of(
            CommandPurpose purpose, String key, RedisCommand<?> command, Codec codec, Object... parameters) {
        return new Command(purpose, key, null, command, codec, parameters, null);
    }

    /** A command for one master. */
    public static Command on(
            Master master, CommandPurpose purpose, RedisCommand<?> command, Codec codec, Object... parameters) {
        return new Command(purpose, "", master, command, codec, parameters, null);
    }

    /**
     * The command to send where the master does not know the script: the script's text. Null where this is no script,
     * or already its text.
     */
    @Nullable
    Command inFull() {
        return script == null ? null : script.inFull(this);
    }
}
