package app.rcommerce.gateway.config.listen;

import app.rcommerce.gateway.block.Cidr;
import java.util.ArrayList;
import java.util.List;

/**
 * A socket on which clients are served: its address, and what they speak there. Immutable.
 *
 * @param address to listen on
 * @param tls whether clients begin with a TLS handshake
 * @param h2c whether clients may begin with HTTP/2 in the clear (RFC 9113 §3.3)
 * @param proxyProtocol peers that begin with a PROXY protocol header, which tells the client's address
 * @param httpsPort the port in the addresses to which all requests are redirected; 0 where they are served
 */
public record ListeningSocket(
        ListenAddress address, boolean tls, boolean h2c, List<Cidr> proxyProtocol, int httpsPort) {

    public ListeningSocket {
        proxyProtocol = List.copyOf(proxyProtocol);
    }

    /** A socket where HTTP/1.1 in the clear is served. */
    public static ListeningSocket plain(String host, int port) {
        return new ListeningSocket(new ListenAddress(host, port), false, false, List.of(), 0);
    }

    /** Whether all that is to say of it is its address, but for where it redirects to. */
    public boolean isPlain() {
        return !tls && !h2c && proxyProtocol.isEmpty();
    }

    @Override
    public String toString() {
        if (isPlain()) {
            return address.toString();
        }
        List<String> more = new ArrayList<>();
        if (tls) {
            more.add("tls");
        }
        if (h2c) {
            more.add("h2c");
        }
        if (!proxyProtocol.isEmpty()) {
            more.add("PROXY from " + proxyProtocol);
        }
        return address + " (" + String.join(", ", more) + ")";
    }
}
