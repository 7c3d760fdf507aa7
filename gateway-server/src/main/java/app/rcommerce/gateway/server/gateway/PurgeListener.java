package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.store.node.NodeChannel;

/** The listener for purges of replies by this node or another. */
record PurgeListener(Runnable purging) implements NodeChannel.MessageListener {

    @Override
    public void heard(String text) {
        purging.run();
    }

    /** Acts as if a purge had been missed: to fetch a reply once more costs little. */
    @Override
    public void missed() {
        purging.run();
    }
}
