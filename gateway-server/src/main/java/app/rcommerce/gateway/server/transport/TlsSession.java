package app.rcommerce.gateway.server.transport;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.tls.ServerNames;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client's TLS handshake has agreed on. Confined to the event loop of the connection. */
public final class TlsSession {

    private final String version;
    private final String cipher;
    private final List<String> names;
    private final @Nullable String serverName;
    private final @Nullable Identifier certificate;
    private String covered = "";

    /**
     * A session.
     *
     * @param version of TLS, such as {@code TLSv1.3}
     * @param cipher the suite, such as {@code TLS_AES_128_GCM_SHA256}
     * @param names that the certificate shown to the client is for
     * @param serverName that the client has asked for (RFC 6066 §3); null for none
     * @param certificate what the certificate that the client has shown says of who it is; null where it has shown none
     */
    public TlsSession(
            String version,
            String cipher,
            List<String> names,
            @Nullable String serverName,
            @Nullable Identifier certificate) {
        this.version = version;
        this.cipher = cipher;
        this.names = List.copyOf(names);
        this.serverName = serverName;
        this.certificate = certificate;
    }

    /**
     * Ends the sending side of a channel; of its TLS session first, if it has one, since its end must not look like an
     * attack (RFC 8446 §6.1).
     */
    public static void endOutput(DuplexChannel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(told -> channel.shutdownOutput());
        }
    }

    /** The version of TLS, such as {@code TLSv1.3}. */
    public String version() {
        return version;
    }

    /** The cipher suite, such as {@code TLS_AES_128_GCM_SHA256}. */
    public String cipher() {
        return cipher;
    }

    /** Who the client is by the certificate that it has shown; null where it has shown none. */
    public @Nullable Identifier certificate() {
        return certificate;
    }

    /**
     * Whether a request for this host belongs on the connection (RFC 9110 §7.4): the certificate is for the host, or
     * the host is an address, and the client asked for no name.
     *
     * @param host in lower case, without a port
     */
    public boolean isFor(String host) {
        if (covered.equals(host)) {
            return true;
        }
        boolean is = ServerNames.cover(names, host) || (serverName == null && ServerNames.isAddress(host));
        if (is) {
            covered = host;
        }
        return is;
    }
}
