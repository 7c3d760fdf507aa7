package app.rcommerce.gateway.server.upstream;

import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.identity.Addresses;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The addresses of one server as one event loop knows them. A name is resolved again every few seconds, in the
 * background; when the resolver fails, the last good answer is kept: its own, else that of any event loop, under the
 * configuration before too. Confined to its event loop.
 */
final class ServerAddresses {

    /** The largest number of addresses of one name that are tried for one connection. */
    private static final int MOST = 8;

    /** The time after which the name is resolved again; the resolver caches answers for their own lifetimes. */
    private static final long AGE_NANOS = Duration.ofSeconds(5).toNanos();

    private final InetSocketAddress unresolved;
    private final EventLoop loop;
    private final AddressResolverGroup<InetSocketAddress> resolvers;
    private final List<Consumer<List<InetSocketAddress>>> waiting = new ArrayList<>();
    private final AtomicReference<List<InetSocketAddress>> lastAddresses;
    private List<InetSocketAddress> known = List.of();
    private final boolean literal;
    private boolean asking;
    private long askedAtNanos;
    private int turn;

    ServerAddresses(PooledServer origin, EventLoop loop, AddressResolverGroup<InetSocketAddress> resolvers) {
        UpstreamConfig.Server server = origin.server();
        this.lastAddresses = origin.lastAddresses();
        this.loop = loop;
        this.resolvers = resolvers;
        this.unresolved = InetSocketAddress.createUnresolved(server.host(), server.port());
        byte[] address = Addresses.parse(server.host());
        this.literal = address != null;
        if (address != null) {
            known = List.of(new InetSocketAddress(Addresses.toInetAddress(address), server.port()));
        }
    }

    /** Passes the addresses on, each time beginning with another one; none where the name has never been resolved. */
    void find(Consumer<List<InetSocketAddress>> toTell) {
        if (literal) {
            toTell.accept(known);
            return;
        }
        if (!asking && (known.isEmpty() || System.nanoTime() - askedAtNanos > AGE_NANOS)) {
            ask();
        }
        if (known.isEmpty() && asking) {
            waiting.add(toTell);
        } else {
            toTell.accept(inTurn());
        }
    }

    private List<InetSocketAddress> inTurn() {
        if (known.size() < 2) {
            return known;
        }
        List<InetSocketAddress> turned = new ArrayList<>(known);
        Collections.rotate(turned, -(turn++ % known.size()));
        return turned;
    }

    private void ask() {
        asking = true;
        askedAtNanos = System.nanoTime();
        try {
            AddressResolver<InetSocketAddress> resolver = resolvers.getResolver(loop);
            resolver.resolveAll(unresolved).addListener((Future<List<InetSocketAddress>> answer) -> {
                List<InetSocketAddress> found = answer.isSuccess() ? answer.getNow() : List.of();
                if (loop.inEventLoop()) {
                    answered(found);
                } else {
                    loop.execute(() -> answered(found));
                }
            });
        } catch (RuntimeException e) {
            // The resolver has no socket, for lack of descriptors for instance.
            answered(List.of());
        }
    }

    private void answered(List<InetSocketAddress> found) {
        asking = false;
        if (!found.isEmpty()) {
            known = List.copyOf(found.size() > MOST ? found.subList(0, MOST) : found);
            lastAddresses.set(known);
        } else if (known.isEmpty()) {
            known = lastAddresses.get();
        }
        List<Consumer<List<InetSocketAddress>>> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(one -> one.accept(inTurn()));
    }
}
