package app.rcommerce.gateway.server.listen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many connections one address may have. */
@ExtendWith(Leaks.class)
class ConnectionLimitsIT {

    private static Socket from(String address, TestGateway gateway) throws IOException {
        Socket socket =
                new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port(), InetAddress.ofLiteral(address), 0);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Whether a request on the connection is answered; else it has been closed. */
    private static boolean isServed(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n".getBytes(ISO_8859_1));
            return socket.getInputStream().read() >= 0;
        } catch (SocketException e) {
            return false;
        }
    }

    @Test
    void oneAddressHasNoMoreThanItsShareAndOthersAreServed() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = TestGateway.forwardingTo(upstream.port(), 2, "max_connections_per_address = 2")) {
            try (Socket one = from("127.0.0.1", gateway);
                    Socket two = from("127.0.0.1", gateway);
                    Socket other = from("127.0.0.2", gateway)) {
                assertThat(isServed(one)).isTrue();
                assertThat(isServed(two)).isTrue();
                for (int i = 0; i < 20; i++) {
                    try (Socket third = from("127.0.0.1", gateway)) {
                        assertThat(isServed(third)).isFalse();
                    }
                }
                assertThat(isServed(other)).isTrue();
                // What a counter asks must not be collected.
                System.gc();
                assertThat(gateway.gateway().metrics().scrape("text/plain").text())
                        .contains("gateway_client_connections_refused_total 20.0");
                two.close();
                // The place is free once the gateway has seen the end.
                Awaitility.await().until(() -> {
                    try (Socket again = from("127.0.0.1", gateway)) {
                        return isServed(again);
                    }
                });
                assertThat(isServed(one)).isTrue();
            }
            Awaitility.await().until(() -> gateway.openConnections() == 0);
        }
    }

    @Test
    void trustedProxiesAreNotCounted() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway gateway = TestGateway.forwardingTo(
                        upstream.port(), 1, "max_connections_per_address = 1\ntrusted_proxies = [\"127.0.0.2\"]");
                Socket one = from("127.0.0.2", gateway);
                Socket two = from("127.0.0.2", gateway);
                Socket direct = from("127.0.0.1", gateway);
                Socket tooMany = from("127.0.0.1", gateway)) {
            assertThat(isServed(one)).isTrue();
            assertThat(isServed(two)).isTrue();
            assertThat(isServed(direct) ^ isServed(tooMany)).isTrue();
        }
    }
}
