package app.rcommerce.gateway.config.effective;

import app.rcommerce.gateway.config.TlsConfig;
import app.rcommerce.gateway.config.listen.ListeningSocket;
import java.util.List;

/** The settings of the sockets of {@code [server]} and of {@code [server.tls]}. Stateless. */
final class SocketTree {

    private SocketTree() {}

    static List<Object> served(List<ListeningSocket> sockets) {
        return sockets.stream().map(SocketTree::served).toList();
    }

    private static Object served(ListeningSocket socket) {
        if (socket.isPlain()) {
            return socket.address().toString();
        }
        TableTree tree = new TableTree()
                .put("address", socket.address().toString())
                .put("tls", socket.tls())
                .put("h2c", socket.h2c());
        return tree.texts("proxy_protocol", socket.proxyProtocol()).values();
    }

    static List<Object> redirecting(List<ListeningSocket> sockets) {
        return sockets.stream()
                .<Object>map(socket -> new TableTree()
                        .put("address", socket.address().toString())
                        .put("port", socket.httpsPort())
                        .texts("proxy_protocol", socket.proxyProtocol())
                        .values())
                .toList();
    }

    static TableTree tls(TlsConfig tls) {
        TableTree tree = new TableTree()
                .put(
                        "certificates",
                        tls.certificates().stream()
                                .map(one -> new TableTree()
                                        .put("cert", one.cert())
                                        .put("key", one.keyFile())
                                        .values())
                                .toList())
                .put("min_version", tls.minVersion().text())
                .word("client_certificates", tls.clientCertificates())
                .put("client_ca", tls.clientCa().isEmpty() ? null : tls.clientCa())
                .word("client_identity", tls.clientIdentity())
                .time("hsts", tls.hsts());
        return tls.ticketSecret() == null ? tree : tree.put("ticket_secret", Hidden.of(tls.ticketSecret()));
    }
}
