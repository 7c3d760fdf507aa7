package app.rcommerce.gateway.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Formats socket addresses as URLs for people to read, such as {@code http://127.0.0.1:8080}. Stateless. */
final class Addressed {

    private Addressed() {}

    static String url(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String host = ip.getHostAddress();
        return "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
