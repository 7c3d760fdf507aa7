package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.store.node.NodeChannel;

/** The listener that hears of purges of replies, by this node or another. */
record PurgeListener(Runnable purging) implements NodeChannel.Listener {

    @Override
    public void heard(String text) {
        purging.run();
    }

    /** There may have been a purge; a reply that is fetched once more costs little. */
    @Override
    public void missed() {
        purging.run();
    }
}
