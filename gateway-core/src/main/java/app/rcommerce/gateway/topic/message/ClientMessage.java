package app.rcommerce.gateway.topic.message;

import app.rcommerce.gateway.topic.Position;
import org.jspecify.annotations.Nullable;

/** A message of a client of topics. Immutable. */
public sealed interface ClientMessage {

    /** The form in which it was said, and in which it is answered. */
    Form form();

    /**
     * A form of messages.
     *
     * @param messageId what the client calls its message, in the platform's form; null in the short one
     */
    record Form(@Nullable String messageId) {

        /** The short form: {@code {"subscribe": "orders"}}. */
        public static final Form SHORT = new Form(null);
    }

    /**
     * The client wants a topic.
     *
     * @param since what it has seen last of it; null for nothing
     */
    record Subscribe(Form form, String topic, @Nullable Position since) implements ClientMessage {}

    /** The client wants a topic no more. */
    record Unsubscribe(Form form, String topic) implements ClientMessage {}

    /** The client asks who is there. */
    record Presence(Form form, String topic) implements ClientMessage {}

    /** The client says who it is, or that it still is. */
    record Token(Form form, String compact) implements ClientMessage {
        @Override
        public String toString() {
            return "Token[" + compact.length() + " characters]";
        }
    }

    /**
     * The message cannot be understood.
     *
     * @param why in a few words, free of what was sent
     */
    record Malformed(Form form, String why) implements ClientMessage {}
}
