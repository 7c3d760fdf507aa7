package app.rcommerce.gateway.config.server;

import app.rcommerce.gateway.block.Cidr;
import app.rcommerce.gateway.config.listen.ListenAddress;
import app.rcommerce.gateway.config.listen.ListeningSocket;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.HostPort;
import app.rcommerce.gateway.config.read.Section;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the sockets of {@code [server]}: {@code listen} and {@code redirect_to_https}. */
final class ListenReader {

    static final Form<ListenAddress> ADDRESS =
            Form.of("\"host:port\" or \"[v6 address]:port\", such as \"127.0.0.1:8080\"", ListenReader::address);
    static final Form<Cidr> RANGE = Form.of("an address or a range of addresses, such as \"10.0.0.0/8\"", Cidr::parse);

    private static final Form<ListeningSocket> PLAIN = Form.of(ADDRESS.expected(""), text -> plain(ADDRESS.read(text)));

    private static final int HTTPS = 443;

    private ListenReader() {}

    /** The sockets on which requests are served. */
    static List<ListeningSocket> served(Section server) {
        if (!server.has("listen")) {
            return List.of(ListeningSocket.plain("127.0.0.1", 8080));
        }
        server.needElements("listen", "at least one element, each " + PLAIN.expected(""));
        return addresses(server, server.elements("listen", PLAIN, ListenReader::socket));
    }

    private static @Nullable ListeningSocket plain(@Nullable ListenAddress address) {
        return address == null ? null : ListeningSocket.plain(address.host(), address.port());
    }

    private static @Nullable ListeningSocket socket(Section table) {
        ListenAddress address = table.required("address", ADDRESS);
        boolean tls = table.flag("tls", false);
        boolean h2c = table.flag("h2c", false);
        if (tls && h2c) {
            table.problem("h2c", "none, since clients of a socket with TLS choose HTTP/2 in the handshake");
        }
        List<Cidr> proxies = table.texts("proxy_protocol", RANGE);
        return address == null ? null : new ListeningSocket(address, tls, h2c, proxies, 0);
    }

    /** The sockets whose requests are redirected to the first of these that speaks TLS. */
    static List<ListeningSocket> redirecting(Section server, List<ListeningSocket> served) {
        int port = served.stream()
                .filter(ListeningSocket::tls)
                .mapToInt(socket -> socket.address().port())
                .findFirst()
                .orElse(HTTPS);
        // A port that is yet to be chosen cannot be told.
        int known = port == 0 ? HTTPS : port;
        Form<ListeningSocket> form = Form.of(ADDRESS.expected(""), text -> {
            ListenAddress address = ADDRESS.read(text);
            return address == null ? null : redirecting(address, List.of(), known);
        });
        List<Section.Element<ListeningSocket>> elements = server.elements("redirect_to_https", form, table -> {
            ListenAddress address = table.required("address", ADDRESS);
            List<Cidr> proxies = table.texts("proxy_protocol", RANGE);
            int told = table.integer("port", known, 1, 65_535);
            return address == null ? null : redirecting(address, proxies, told);
        });
        Set<ListenAddress> taken = new HashSet<>();
        served.forEach(socket -> taken.add(socket.address()));
        for (Section.Element<ListeningSocket> element : elements) {
            ListenAddress address = element.value().address();
            if (address.port() != 0 && taken.contains(address)) {
                server.problem(element, "an address that server.listen does not name");
            }
        }
        return addresses(server, elements);
    }

    private static ListeningSocket redirecting(ListenAddress address, List<Cidr> proxies, int port) {
        return new ListeningSocket(address, false, false, proxies, port);
    }

    /** The values of the elements; an address that stands there twice, with different options, is reported. */
    private static List<ListeningSocket> addresses(Section server, List<Section.Element<ListeningSocket>> elements) {
        Set<ListenAddress> seen = new HashSet<>();
        for (Section.Element<ListeningSocket> element : elements) {
            ListenAddress address = element.value().address();
            if (address.port() != 0 && !seen.add(address)) {
                server.problem(element, "each address only once");
            }
        }
        return elements.stream().map(Section.Element::value).toList();
    }

    private static @Nullable ListenAddress address(String text) {
        HostPort endpoint = HostPort.parse(text, -1);
        return endpoint == null ? null : new ListenAddress(endpoint.host(), endpoint.port());
    }
}
