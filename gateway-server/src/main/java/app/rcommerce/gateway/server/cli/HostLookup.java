package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.check.ConfigCheck.NamedHost;
import app.rcommerce.gateway.check.ConfigWarning;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Looks up the hosts that a configuration names, as the system's resolver knows them. Stateless. */
final class HostLookup {

    private HostLookup() {}

    /** The warnings about those that do not resolve within that time, in their order; all are looked up at once. */
    static List<ConfigWarning> unknown(List<NamedHost> hosts, Duration patience) {
        Set<String> known = ConcurrentHashMap.newKeySet();
        Set<String> names = new HashSet<>();
        hosts.forEach(host -> names.add(host.name()));
        CompletableFuture.allOf(names.stream().map(name -> lookUp(name, known)).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        return hosts.stream()
                .filter(host -> !known.contains(host.name()))
                .map(NamedHost::ifUnknown)
                .toList();
    }

    /** Adds the name where it has an address; on a daemon thread of its own, since the system may take its time. */
    private static CompletableFuture<Void> lookUp(String name, Set<String> known) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        InetAddress.getAllByName(name);
                        known.add(name);
                    } catch (UnknownHostException e) {
                        // It stays unknown.
                    }
                },
                task -> Thread.ofPlatform().daemon().name("lookup of " + name).start(task));
    }
}
