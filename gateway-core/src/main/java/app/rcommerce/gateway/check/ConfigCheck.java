package app.rcommerce.gateway.check;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.read.Environment;
import app.rcommerce.gateway.config.read.Problems;
import app.rcommerce.gateway.config.read.Sources;
import app.rcommerce.gateway.toml.Node;
import app.rcommerce.gateway.toml.Position;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds what in a valid configuration can hardly be meant: limits that never count, callers that nothing counts, what
 * nothing uses. It knows no name server: the hosts that are named are listed for whoever can ask one. Immutable.
 */
public final class ConfigCheck {

    /**
     * A host that the configuration names.
     *
     * @param name its name, no address
     * @param ifUnknown the warning where it does not resolve
     */
    public record NamedHost(String name, ConfigWarning ifUnknown) {}

    private final List<ConfigWarning> warnings;
    private final List<NamedHost> hosts;

    private ConfigCheck(List<ConfigWarning> warnings, List<NamedHost> hosts) {
        this.warnings = List.copyOf(warnings);
        this.hosts = List.copyOf(hosts);
    }

    /**
     * Checks a configuration. Its files are read once more, for the places in them.
     *
     * @param variables the environment: what a variable holds, or null where it is not set
     * @param now the time, for what lasts until one
     * @param heapBytes the heap that a gateway would have
     */
    public static ConfigCheck of(
            GatewayConfig config, Function<String, @Nullable String> variables, Instant now, long heapBytes) {
        Path main = config.files().getFirst();
        Problems unused = new Problems();
        Node.Table tree = new Sources(unused, new Environment(variables, unused)).read(main);
        Places places =
                new Places(tree == null ? new Node.Table(Position.of(main.toString()), new LinkedHashMap<>()) : tree);
        List<ConfigWarning> warnings = new ArrayList<>();
        new RouteWarnings(config, places, warnings).add();
        new QueueWarnings(config, places, warnings).add();
        new MemoryWarnings(config, places, heapBytes, warnings).add();
        new UnusedWarnings(config, places, warnings).add();
        new QuotaWarnings(config, places, warnings).add();
        new SecretWarnings(config, places, variables, warnings).add();
        new CertificateWarnings(config, places, now, warnings).add();
        List<String> files = config.files().stream().map(Path::toString).toList();
        warnings.sort(order(files));
        return new ConfigCheck(warnings, new NamedHosts(config, places).all());
    }

    private static Comparator<ConfigWarning> order(List<String> files) {
        return Comparator.comparingInt((ConfigWarning warning) ->
                        files.indexOf(warning.position().file()))
                .thenComparingInt(warning -> warning.position().line())
                .thenComparingInt(warning -> warning.position().column());
    }

    /** All warnings but those about hosts, by file, line and column. */
    public List<ConfigWarning> warnings() {
        return warnings;
    }

    /** All hosts that the gateway would look up. */
    public List<NamedHost> hosts() {
        return hosts;
    }
}
