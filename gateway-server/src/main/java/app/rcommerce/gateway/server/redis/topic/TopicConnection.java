package app.rcommerce.gateway.server.redis.topic;

import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.push.PushConnection;
import app.rcommerce.gateway.server.redis.push.PushOptions;
import app.rcommerce.gateway.server.redis.resp.RespConnection;
import app.rcommerce.gateway.server.redis.resp.RespDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The connection that is subscribed to the channels of one master's topics. Scripts are called on it as well, so that
 * their answers stand in one order with the messages. Confined to its event loop.
 */
final class TopicConnection extends PushConnection {

    /** The owner of the connection, called on the event loop. */
    interface Owner {
        /** Topics can be subscribed to. */
        void ready(TopicConnection connection);

        /** All subscriptions have ended. */
        void lost(TopicConnection connection);

        /** A message has come on a channel. */
        void message(String channel, String data);

        /** The subscription to a channel has ended: its shard is another master's now. */
        void moved(TopicConnection connection, String channel);

        /** All messages have been told that were read at one time. */
        void quiet();
    }

    private final int database;
    private final Owner owner;
    /** Whether the connection is at the keys' database: channels are the same in all of them. */
    private boolean selected;

    TopicConnection(Master master, PushOptions options, Owner owner) {
        super(master, options);
        this.database = options.database();
        this.owner = owner;
    }

    /** Whether commands can be sent. */
    boolean isReady() {
        return selected && ready() != null && isCurrent();
    }

    /** Sends a command, where commands can be sent; the answer may be a refusal. */
    void send(List<String> words, Consumer<Object> then) {
        RespConnection open = ready();
        if (open != null) {
            open.send(words, then::accept);
        }
    }

    /** Sends a command whose answer does not matter, where commands can be sent. */
    void tell(List<String> words) {
        RespConnection open = ready();
        if (open != null) {
            open.tell(words);
        }
    }

    /** Calls a script on two keys; where the server does not know it, by its text. */
    void call(Script script, String key, String other, Consumer<Object> then, List<String> arguments) {
        List<String> words = new ArrayList<>(Arrays.asList("EVALSHA", script.digest(), "2", key, other));
        words.addAll(arguments);
        send(words, answer -> {
            if (answer instanceof RespDecoder.Refused no && word(no).equals("NOSCRIPT")) {
                words.set(0, "EVAL");
                words.set(1, script.text());
                send(words, then);
            } else {
                then.accept(answer);
            }
        });
    }

    /** Why a server has refused, in one word. */
    static String reason(Object answer) {
        return answer instanceof RespDecoder.Refused no ? word(no) : "an answer of another kind";
    }

    @Override
    protected void ready(RespConnection open) {
        open.send(List.of("SELECT", Integer.toString(database)), answer -> {
            if (answer instanceof RespDecoder.Refused no) {
                drop("Redis refuses SELECT (" + word(no) + ")", TICKS_AFTER_A_REFUSAL);
            } else {
                selected = true;
                owner.ready(this);
            }
        });
    }

    @Override
    protected void lost() {
        selected = false;
        owner.lost(this);
    }

    @Override
    public void pushed(List<Object> parts) {
        if (parts.size() != 3 || !(parts.get(1) instanceof String channel)) {
            return;
        }
        switch (parts.getFirst().toString()) {
            case "message", "smessage" -> {
                if (parts.get(2) instanceof String data) {
                    owner.message(channel, data);
                }
            }
            case "sunsubscribe" -> owner.moved(this, channel);
            default -> {
                // Nothing else was asked for.
            }
        }
    }

    @Override
    public void quiet() {
        owner.quiet();
    }
}
