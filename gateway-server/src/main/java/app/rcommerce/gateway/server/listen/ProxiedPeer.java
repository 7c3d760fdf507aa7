package app.rcommerce.gateway.server.listen;

import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import org.jspecify.annotations.Nullable;

/** The client as a header of the PROXY protocol tells of it (HAProxy's specification of 2020, §2). Stateless. */
final class ProxiedPeer {

    private ProxiedPeer() {}

    /**
     * The peer with the addresses of the header; as it was where the proxy speaks for itself, or does not know.
     *
     * @return null where the header tells of a client by what is no address: taken for the proxy, it would get what the
     *     proxy may do
     */
    static @Nullable Peer of(HAProxyMessage header, Peer proxy) {
        HAProxyProxiedProtocol.AddressFamily family = header.proxiedProtocol().addressFamily();
        boolean internet = family == HAProxyProxiedProtocol.AddressFamily.AF_IPv4
                || family == HAProxyProxiedProtocol.AddressFamily.AF_IPv6;
        if (header.command() == HAProxyCommand.LOCAL || !internet) {
            return proxy;
        }
        byte[] client = Addresses.parse(header.sourceAddress());
        return client == null ? null : proxy.from(client, header.destinationPort());
    }
}
