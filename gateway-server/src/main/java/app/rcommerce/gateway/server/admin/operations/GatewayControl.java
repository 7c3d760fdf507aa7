package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.FixedAtStart;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.ServerConfig.LogLevel;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * What the admin port sees of the running gateway and can make it do. Every function may be called from any thread.
 *
 * @param phase the phase of the gateway's life
 * @param loaded the configuration in force
 * @param reload reads the configuration anew, and answers what is wrong with it; empty where it is in force now. May
 *     block; two calls at once must not get in each other's way
 * @param logLevel sets the level of a logger by its name, or of all by the empty one, until the next reload
 * @param clientConnections open connections of clients
 * @param upstreamConnections open connections to the upstream of the name
 * @param heardTopics the topics that this node hears
 */
public record GatewayControl(
        Supplier<Phase> phase,
        Supplier<Loaded> loaded,
        Supplier<List<ConfigProblem>> reload,
        BiConsumer<String, LogLevel> logLevel,
        IntSupplier clientConnections,
        ToIntFunction<String> upstreamConnections,
        Supplier<List<Operations.HeardTopic>> heardTopics) {

    /**
     * The configuration in force.
     *
     * @param atMillis when it was read, in milliseconds since the epoch
     * @param problems why a newer one is not in force; empty where there is none
     * @param pending what the files say and only a restart puts in force
     */
    public record Loaded(
            GatewayConfig config, long atMillis, List<ConfigProblem> problems, List<FixedAtStart.Pending> pending) {
        public Loaded {
            problems = List.copyOf(problems);
            pending = List.copyOf(pending);
        }
    }
}
