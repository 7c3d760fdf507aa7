package app.rcommerce.gateway.server.events.socket;

import app.rcommerce.gateway.topic.TopicRules;
import app.rcommerce.gateway.topic.message.Answers;
import app.rcommerce.gateway.topic.message.ClientMessage;
import app.rcommerce.gateway.topic.message.ClientMessages;
import org.jspecify.annotations.Nullable;

/** What a client says on its socket, and what it is answered. Confined to the event loop of the socket. */
final class Dialogue {

    private final EventSocket socket;
    private boolean renewing;
    private boolean asking;

    Dialogue(EventSocket socket) {
        this.socket = socket;
    }

    /** Answers a message. */
    void said(String text) {
        switch (ClientMessages.read(text)) {
            case ClientMessage.Subscribe subscribe -> subscribe(subscribe);
            case ClientMessage.Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
            case ClientMessage.Presence presence -> present(presence);
            case ClientMessage.Token token -> token(token);
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

    private void present(ClientMessage.Presence asked) {
        String topic = asked.topic();
        if (!socket.hears(topic)) {
            error(asked, "NOT_SUBSCRIBED", "The topic is not heard.", topic);
        } else if (!socket.countsPresence(topic)) {
            error(asked, "NOT_SUPPORTED", "The topic does not tell who is there.", topic);
        } else if (asking) {
            error(asked, "BUSY", "Another question is being answered.", topic);
        } else {
            asking = true;
            socket.served()
                    .hub()
                    .presences()
                    .find(topic)
                    .whenComplete((there, failure) -> socket.loop().execute(() -> {
                        asking = false;
                        if (failure == null) {
                            socket.tell(answers().present(asked.form(), topic, there.who(), there.others()));
                        } else {
                            error(asked, "STORE_UNAVAILABLE", "Nobody can say who is there at the moment.", topic);
                        }
                    }));
        }
    }

    private void token(ClientMessage.Token shown) {
        if (renewing) {
            error(shown, "BUSY", "Another token is being looked at.", null);
        } else if (!socket.takesTokens()) {
            error(shown, "NOT_SUPPORTED", "No token is looked at here.", null);
        } else {
            renewing = true;
            Renewal.begin(socket, shown.form(), shown.compact(), () -> renewing = false);
        }
    }

    private void unsubscribe(ClientMessage.Unsubscribe asked) {
        if (socket.leave(asked.topic())) {
            socket.tell(answers().unsubscribed(asked.form(), asked.topic()));
        } else {
            error(asked, "NOT_SUBSCRIBED", "The topic is not heard.", asked.topic());
        }
    }

    private void error(ClientMessage to, String code, String message, @Nullable String topic) {
        socket.tell(answers().error(to.form(), code, message, topic));
    }

    private static Answers answers() {
        return new Answers(System.currentTimeMillis());
    }
}
