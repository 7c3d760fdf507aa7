package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.node.Audience;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.store.node.NodeMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The channel of a single node: a message is heard by the time it is published. Safe for any thread. */
public final class MemoryNodeChannel implements NodeChannel {

    private final Audience audience = new Audience();

    @Override
    public CompletionStage<Void> publish(String topic, String text) {
        audience.tell(new NodeMessage(topic, text));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void listen(String topic, MessageListener listener) {
        audience.add(topic, listener);
    }
}
