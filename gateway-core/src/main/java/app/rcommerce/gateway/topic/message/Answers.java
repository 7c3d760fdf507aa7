package app.rcommerce.gateway.topic.message;

import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.message.ClientMessage.Form;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What clients of topics are told beside messages of topics, as JSON in the form in which they spoke. Pure. */
public final class Answers {

    private final long nowMillis;

    /** Answers that are given at this time. */
    public Answers(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    /**
     * A topic is heard.
     *
     * @param position from where; null where it has none
     * @param recovered whether everything since the position that was asked for follows; null where none was
     * @param degraded whether messages may be missed until the client is told of a reset
     */
    public String subscribed(
            Form form, String topic, @Nullable Position position, @Nullable Boolean recovered, boolean degraded) {
        StringBuilder rest = new StringBuilder();
        if (position != null) {
            rest.append(",\"id\":\"").append(position).append('"');
        }
        if (recovered != null) {
            rest.append(",\"recovered\":").append(recovered);
        }
        if (degraded) {
            rest.append(",\"degraded\":true");
        }
        return form.messageId() == null
                ? "{\"subscribed\":" + Published.quoted(topic) + rest + "}"
                : envelope(form, "subscribed", "{\"topic\":" + Published.quoted(topic) + rest + "}");
    }

    /** A topic is heard no more. */
    public String unsubscribed(Form form, String topic) {
        return form.messageId() == null
                ? "{\"unsubscribed\":" + Published.quoted(topic) + "}"
                : envelope(form, "unsubscribed", "{\"topic\":" + Published.quoted(topic) + "}");
    }

    /** A token has been accepted, for so many seconds. */
    public String accepted(Form form, long seconds) {
        return form.messageId() == null
                ? "{\"token\":\"accepted\",\"in\":" + seconds + "}"
                : envelope(form, "token", "{\"token\":\"accepted\",\"in\":" + seconds + "}");
    }

    /** Who is there; {@code more} tells how many others there are. */
    public String present(Form form, String topic, List<String> who, long others) {
        StringBuilder members = new StringBuilder("[");
        String between = "";
        for (String one : who) {
            members.append(between).append(Published.quoted(one));
            between = ",";
        }
        members.append("],\"others\":").append(others);
        return form.messageId() == null
                ? "{\"presence\":" + Published.quoted(topic) + ",\"who\":" + members + "}"
                : envelope(form, "presence", "{\"topic\":" + Published.quoted(topic) + ",\"who\":" + members + "}");
    }

    /** What was asked for cannot be had. */
    public String error(Form form, String code, String message, @Nullable String topic) {
        String what = "{\"code\":\"" + code + "\",\"message\":" + Published.quoted(message);
        String of = topic == null ? "" : ",\"topic\":" + Published.quoted(shown(topic));
        return form.messageId() == null
                ? "{\"error\":" + what + "}" + of + "}"
                : envelope(form, "error", what + of + "}");
    }

    /** A name that was sent, which may be of any length. */
    private static String shown(String topic) {
        return topic.length() <= 128 ? topic : topic.substring(0, 128) + "…";
    }

    private String envelope(Form form, String type, String data) {
        return "{\"message_type\":\"" + type + "\",\"message_id\":" + Published.quoted(String.valueOf(form.messageId()))
                + ",\"timestamp\":\"" + Instant.ofEpochMilli(nowMillis) + "\",\"payload\":{\"type\":\""
                + Character.toUpperCase(type.charAt(0)) + type.substring(1) + "\",\"data\":" + data + "}}";
    }

    /**
     * Messages of a topic have been missed, or may have been.
     *
     * @param position from where on everything is heard; null where that is not known
     * @param degraded whether messages may still be missed
     */
    public static String reset(String topic, @Nullable Position position, boolean degraded) {
        return "{\"topic\":" + Published.quoted(topic)
                + (position == null ? ",\"reset\":true" : ",\"reset\":\"" + position + "\"")
                + ",\"recovered\":false" + (degraded ? ",\"degraded\":true}" : "}");
    }

    /** The token ends in so many seconds. */
    public static String expiring(long seconds) {
        return "{\"token\":\"expiring\",\"in\":" + seconds + "}";
    }
}
