package app.rcommerce.gateway.server.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.IntegerUnixChannelOption;

/**
 * The least TTL of packets that a socket hears (RFC 5082), by which a listening socket is made deaf to new connections
 * while it completes those that have begun. Where several sockets share an address the kernel would go on to give this
 * one its part until the very moment it is closed, and reset what it has not accepted by then. A client that is not
 * heard asks again a second later (RFC 6298), and is heard by another socket. Unlike a packet filter it needs no
 * privilege. Stateless.
 */
final class LeastHops {

    /** No packet that has passed a router has this TTL, and hardly one that has not. */
    private static final int DEAF = 255;

    private static final int ALL = 0;

    /** For IPv4, on sockets of either family. */
    private static final IntegerUnixChannelOption IP_MINTTL = new IntegerUnixChannelOption("IP_MINTTL", 0, 21);

    private static final IntegerUnixChannelOption IPV6_MINHOPCOUNT =
            new IntegerUnixChannelOption("IPV6_MINHOPCOUNT", 41, 73);

    private LeastHops() {}

    /** Makes a listening socket deaf to new connections; returns whether it is, which it is not with NIO. */
    static boolean deafen(Channel listening) {
        boolean isDeaf = set(listening, IP_MINTTL, DEAF);
        return set(listening, IPV6_MINHOPCOUNT, DEAF) || isDeaf;
    }

    /** Makes a connection that such a socket has accepted hear again: it inherits what its listener has. */
    static void hear(Channel accepted) {
        set(accepted, IP_MINTTL, ALL);
        set(accepted, IPV6_MINHOPCOUNT, ALL);
    }

    private static boolean set(Channel channel, IntegerUnixChannelOption option, int hops) {
        try {
            return channel.config().setOption(option, hops);
        } catch (ChannelException e) {
            // The other family's.
            return false;
        }
    }
}
