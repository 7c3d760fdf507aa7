package app.rcommerce.gateway.server;

import app.rcommerce.gateway.server.net.Fills;
import app.rcommerce.gateway.store.Bulletin;

/** Hears that replies are being purged, here or on another node: what is being fetched must not be stored. */
record PurgeListener(Fills fills) implements Bulletin.Listener {

    @Override
    public void heard(String text) {
        fills.purged();
    }

    /** There may have been a purge; a reply that is not stored costs little. */
    @Override
    public void missed() {
        fills.purged();
    }
}
