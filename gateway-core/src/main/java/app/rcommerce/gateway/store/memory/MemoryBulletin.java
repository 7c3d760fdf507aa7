package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.node.Audience;
import app.rcommerce.gateway.store.node.Bulletin;
import app.rcommerce.gateway.store.node.Notice;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The bulletin of a single node: a message is heard by the time it is published. Safe for any thread. */
public final class MemoryBulletin implements Bulletin {

    private final Audience audience = new Audience();

    @Override
    public CompletionStage<Void> publish(String topic, String text) {
        audience.tell(new Notice(topic, text));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void listen(String topic, Listener listener) {
        audience.add(topic, listener);
    }
}
