package app.rcommerce.gateway.server.events.socket;

import app.rcommerce.gateway.topic.TopicRules;
import app.rcommerce.gateway.topic.message.Answers;
import app.rcommerce.gateway.topic.message.ClientMessage;
import app.rcommerce.gateway.topic.message.ClientMessages;

/** What a client says on its socket, and what it is answered. Confined to the event loop of the socket. */
final class Dialogue {

    private final EventSocket socket;

    Dialogue(EventSocket socket) {
        this.socket = socket;
    }

    /** Answers a message. */
    void said(String text) {
        switch (ClientMessages.read(text)) {
            case ClientMessage.Subscribe subscribe -> subscribe(subscribe);
            case ClientMessage.Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
            case ClientMessage.Presence presence ->
                error(presence, "NOT_SUPPORTED", "The topic does not tell who is there.", presence.topic());
            case ClientMessage.Token token -> error(token, "NOT_SUPPORTED", "No token is taken here.", null);
            case ClientMessage.Malformed malformed ->
                error(malformed, "BAD_MESSAGE", "The message is not understood: " + malformed.why() + ".", null);
        }
    }

    void subscribe(ClientMessage.Subscribe asked) {
        String topic = asked.topic();
        switch (socket.served().events().topics().answer(topic, socket.caller())) {
            case TopicRules.Granted granted -> {
                int most = socket.served().events().maxTopics();
                if (!socket.hears(topic) && socket.heardTopics() >= most) {
                    error(asked, "TOO_MANY_TOPICS", "At most " + most + " topics can be heard at once.", topic);
                } else {
                    socket.join(asked.form(), granted, asked.since());
                }
            }
            case TopicRules.Refusal refusal -> error(asked, refusal.code(), refusal.message(), topic);
        }
    }

    private void unsubscribe(ClientMessage.Unsubscribe asked) {
        if (socket.leave(asked.topic())) {
            socket.tell(answers().unsubscribed(asked.form(), asked.topic()));
        } else {
            error(asked, "NOT_SUBSCRIBED", "The topic is not heard.", asked.topic());
        }
    }

    private void error(ClientMessage to, String code, String message, @org.jspecify.annotations.Nullable String topic) {
        socket.tell(answers().error(to.form(), code, message, topic));
    }

    private static Answers answers() {
        return new Answers(System.currentTimeMillis());
    }
}
