package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.admin.operations.SocketOperations;
import app.rcommerce.gateway.server.sockets.OpenSockets;
import app.rcommerce.gateway.store.node.NodeChannel;

/** The listener for sockets that this node or another is asked to close. */
record SocketListener(OpenSockets sockets) implements NodeChannel.MessageListener {

    @Override
    public void heard(String text) {
        if (text.startsWith(SocketOperations.ID)) {
            sockets.close(text.substring(SocketOperations.ID.length()));
            return;
        }
        Identifier user = Identifier.parse(text);
        if (user != null) {
            sockets.close(user);
        }
    }

    /** Redis has been away, and may have come back without what it had. */
    @Override
    public void missed() {
        sockets.writeAgain();
    }
}
