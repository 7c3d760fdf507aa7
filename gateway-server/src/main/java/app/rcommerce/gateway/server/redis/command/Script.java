package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.Codec;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;

/**
 * A Lua script on one key or two, called by its digest. A master that does not know it, for example after a restart, is
 * sent the text once and knows it afterwards. Immutable.
 *
 * @param text the source
 * @param digest SHA-1 of the source in hexadecimal, as Redis names scripts
 */
public record Script(String text, String digest) {

    private static final RedisCommand<List<Object>> EVALSHA =
            new RedisCommand<>("EVALSHA", new ObjectListReplayDecoder<>());
    private static final RedisCommand<List<Object>> EVAL = new RedisCommand<>("EVAL", new ObjectListReplayDecoder<>());

    /** Loads a script from beside the class that calls it; several files are one script, in their order. */
    public static Script load(Class<?> caller, String... names) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            try (InputStream in = caller.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalStateException("no resource " + name);
                }
                text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        String source = text.toString();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            return new Script(source, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The call of the script; its answer is a list of numbers. */
    public Command call(CommandPurpose purpose, String key, String... arguments) {
        return call(purpose, key, StringCodec.INSTANCE, (Object[]) arguments);
    }

    /** The call of the script by its text, which a master that does not know it carries out at once. */
    public Command callInFull(CommandPurpose purpose, String key, String... arguments) {
        return inFull(call(purpose, key, arguments));
    }

    /** The call of a script whose answer is a list with one text, as bytes. */
    public Command read(CommandPurpose purpose, String key) {
        return call(purpose, key, ByteArrayCodec.INSTANCE);
    }

    /** The call of a script with texts and bytes, whose answer is a list of numbers and bytes. */
    public Command callWithBytes(CommandPurpose purpose, String key, Object... arguments) {
        return call(purpose, key, ByteArrayCodec.INSTANCE, arguments);
    }

    /** The call of a script on two keys of one slot; its answer is a list of numbers and texts. */
    public Command callOnTwo(CommandPurpose purpose, String key, String other, String... arguments) {
        Object[] all = new Object[arguments.length + 4];
        all[0] = digest;
        all[1] = "2";
        all[2] = key;
        all[3] = other;
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return new Command(purpose, key, null, EVALSHA, StringCodec.INSTANCE, all, this);
    }

    private Command call(CommandPurpose purpose, String key, Codec codec, Object... arguments) {
        Object[] all = new Object[arguments.length + 3];
        all[0] = digest;
        all[1] = "1";
        all[2] = key;
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return new Command(purpose, key, null, EVALSHA, codec, all, this);
    }

    /** The same call with the text in place of the digest. */
    Command inFull(Command call) {
        Object[] all = call.parameters().clone();
        all[0] = text;
        return new Command(call.purpose(), call.key(), call.master(), EVAL, call.codec(), all, null);
    }
}
