package app.rcommerce.gateway.server.transport;

import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The client at the other end of a connection, and how it is connected: from which address, to which port, by which TLS
 * session. Confined to the event loop of the connection.
 */
public final class Peer {

    private final byte[] address;
    private final int localPort;
    private final int httpsPort;
    private final @Nullable TlsSession tls;

    private Peer(byte[] address, int localPort, int httpsPort, @Nullable TlsSession tls) {
        this.address = address;
        this.localPort = localPort;
        this.httpsPort = httpsPort;
        this.tls = tls;
    }

    /**
     * The peer of a channel that has just been accepted.
     *
     * @param httpsPort the port that its requests are redirected to; 0 where they are served
     */
    public static Peer of(Channel channel, int httpsPort) {
        return new Peer(address(channel.remoteAddress()), port(channel.localAddress()), httpsPort, null);
    }

    private static byte[] address(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet ? Addresses.bytes(internet.getAddress()) : new byte[4];
    }

    private static int port(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet.getPort() : 0;
    }

    /** The same with the addresses that a proxy has told: the client's, and the port that it connected to. */
    public Peer from(byte[] client, int port) {
        return new Peer(client, port, httpsPort, tls);
    }

    /** The same behind a handshake. */
    public Peer by(TlsSession session) {
        return new Peer(address, localPort, httpsPort, session);
    }

    /** The client's address: 4 or 16 bytes, zeros where it is not known. */
    public byte[] address() {
        return address;
    }

    /** The port that it connected to. */
    public int localPort() {
        return localPort;
    }

    /** The port that its requests are redirected to; 0 where they are served. */
    public int httpsPort() {
        return httpsPort;
    }

    /** Its TLS session; null where it speaks in the clear. */
    public @Nullable TlsSession tls() {
        return tls;
    }

    /** What the client's certificate says of who it is; null where it has shown none. */
    public @Nullable Identifier certificate() {
        return tls == null ? null : tls.certificate();
    }

    /** The scheme of its requests: {@code http} or {@code https}. */
    public String scheme() {
        return tls == null ? "http" : "https";
    }
}
