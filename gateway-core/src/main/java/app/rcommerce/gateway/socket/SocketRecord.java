package app.rcommerce.gateway.socket;

import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.identity.Identifier;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a WebSocket to whoever shares the store. Immutable.
 *
 * @param id see {@link SocketIds}
 * @param holder the mark of the connection that writes it; empty where none does: the connection was lost, or another
 *     program has written it
 * @param user who has opened it; null where it is anonymous
 * @param address the client's address
 * @param route the route's name; empty where it is not known
 * @param node the node that holds the connection; empty where none does
 * @param connectedMillis when the connection was opened, in milliseconds since the epoch; 0 where it is not known
 * @param activityMillis when anything has passed last, likewise
 * @param subscriptions the topics that it has asked for
 * @param passed what has passed, over all connections that have continued the record
 */
public record SocketRecord(
        String id,
        String holder,
        @Nullable Identifier user,
        String address,
        String route,
        String node,
        long connectedMillis,
        long activityMillis,
        List<String> subscriptions,
        Passed passed) {

    /**
     * What has passed on a socket, from the client (in) and to it (out).
     *
     * @param bytesIn bytes of frames
     * @param bytesOut bytes of frames
     * @param messagesIn messages that have begun
     * @param messagesOut messages that have begun
     */
    public record Passed(long bytesIn, long bytesOut, long messagesIn, long messagesOut) {

        /** Nothing. */
        public static final Passed NOTHING = new Passed(0, 0, 0, 0);
    }

    public SocketRecord {
        subscriptions = List.copyOf(subscriptions);
    }

    /** Whether a connection holds it at the moment, as far as its writers have told. */
    public boolean isHeld() {
        return !node.isEmpty();
    }

    /** The same without a connection, for whoever comes back. */
    public SocketRecord released() {
        return new SocketRecord(
                id, "", user, address, route, "", connectedMillis, activityMillis, subscriptions, passed);
    }

    /**
     * Whether whoever has this identity may continue the record. An anonymous caller is known by its address alone.
     * Takes as long whatever the answer is.
     */
    public boolean isOf(@Nullable Identifier caller, String callerAddress) {
        return MessageDigest.isEqual(owner(user, address), owner(caller, callerAddress));
    }

    private static byte[] owner(@Nullable Identifier user, String address) {
        return Digests.sha256(user == null ? "address " + address : "user " + user);
    }
}
