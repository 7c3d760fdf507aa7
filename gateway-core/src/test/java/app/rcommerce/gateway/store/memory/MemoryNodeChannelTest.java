package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.store.node.NodeChannelContract;
import app.rcommerce.gateway.time.HandClock;

class MemoryNodeChannelTest extends NodeChannelContract {

    private final NodeChannel nodeChannel = new MemoryNodeChannel();

    @Override
    protected NodeChannel here() {
        return nodeChannel;
    }

    @Override
    protected NodeChannel there() {
        return nodeChannel;
    }

    @Override
    protected Passage time() {
        return Passage.of(new HandClock());
    }
}
