package app.rcommerce.gateway.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as URLs, for people. */
final class Addressed {

    private Addressed() {}

    static String url(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String host = ip.getHostAddress();
        return "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
