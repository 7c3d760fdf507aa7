package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.AccessConfig;
import app.rcommerce.gateway.config.AuthConfig;
import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.SourceFile;
import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.config.cache.CacheReader;
import app.rcommerce.gateway.config.read.Environment;
import app.rcommerce.gateway.config.read.Problems;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.config.read.Sources;
import app.rcommerce.gateway.config.read.UnknownKey;
import app.rcommerce.gateway.config.server.ServerReader;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.route.Route.CredentialKind;
import app.rcommerce.gateway.toml.Node;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration with all its files and checks everything that can be checked without a socket. Stateless; safe
 * for any thread; files are read on the caller's thread.
 */
public final class ConfigReader {

    /** The result of reading a configuration. */
    public sealed interface Result {

        /** The configuration has no problem. */
        record Loaded(GatewayConfig config) implements Result {}

        /**
         * The configuration has problems.
         *
         * @param problems all problems, at least one, by file, line and column. Where a file is missing or is not TOML,
         *     only problems of that kind, since others would be guesses
         * @param sources the files that it was read from or should have been, the main one first
         */
        record Rejected(List<ConfigProblem> problems, List<SourceFile> sources) implements Result {
            public Rejected {
                problems = List.copyOf(problems);
                sources = List.copyOf(sources);
            }
        }
    }

    private static final String INCLUDE = "include";
    /** A misspelled key may hide others in the tables below it, and these others again. */
    private static final int MOST_ROUNDS = 4;

    private ConfigReader() {}

    /**
     * Reads the file and all that it includes; never throws for what stands in them.
     *
     * @param variables the environment: what a variable holds, or null where it is not set
     */
    public static Result read(Path file, Function<String, @Nullable String> variables) {
        Problems problems = new Problems();
        Environment environment = new Environment(variables, problems);
        Sources sources = new Sources(problems, environment);
        Node.Table tree = sources.read(file);
        GatewayConfig config = tree == null ? null : config(tree, new Reading(problems, environment, sources));
        if (config != null && problems.isEmpty()) {
            return new Result.Loaded(config);
        }
        List<SourceFile> asked = sources.asked();
        return new Result.Rejected(
                problems.inOrder(
                        asked.stream().map(source -> source.path().toString()).toList()),
                asked);
    }

    /** What a configuration is read with. */
    private record Reading(Problems problems, Environment environment, Sources sources) {}

    /**
     * Reads the tree. Where keys are misspelled it is read once more with what was probably meant, so that one mistake
     * is one problem: whatever misses such a key is satisfied then, and what stands there is checked as well.
     */
    private static GatewayConfig config(Node.Table tree, Reading reading) {
        Problems problems = reading.problems();
        for (int round = 0; ; round++) {
            int before = problems.size();
            Section root = Section.root(tree, problems, reading.environment());
            GatewayConfig config = config(root, reading.sources());
            List<UnknownKey> misspelled = round == MOST_ROUNDS ? List.of() : root.misspelledKeys();
            if (misspelled.isEmpty()) {
                root.reportUnknownKeys();
                return config;
            }
            problems.keep(before);
            misspelled.forEach(key -> problems.add(key.problem()));
            if (misspelled.stream().anyMatch(key -> key.isAtTop() && INCLUDE.equals(key.meant()))) {
                // Without the files that were to be included all else would be guesses.
                return config;
            }
            tree = UnknownKey.corrected(tree, misspelled);
        }
    }

    private static GatewayConfig config(Section root, Sources sources) {
        root.has(INCLUDE);
        ServerConfig server = ServerReader.read(root.table("server"), sources);
        CacheReader.Read cache = CacheReader.read(root.table("cache"), sources);
        Section authSection = root.table("auth");
        AuthConfig auth = AuthReader.read(authSection, sources);
        Section accessSection = root.table("access");
        Map<String, Section> limitSections = root.named("limits");
        Map<String, Section> upstreamSections = root.named("upstreams");
        Map<String, Section> queueSections = root.named("queues");
        SequencedMap<String, Limit> limits = LimitsReader.read(limitSections);
        SequencedMap<String, UpstreamConfig> upstreams = UpstreamsReader.read(upstreamSections);
        SequencedMap<String, QueueRule> queues =
                QueuesReader.read(queueSections, cache.config().type() == CacheConfig.Type.REDIS);
        AccessConfig access = AccessReader.read(accessSection, limitSections);
        RoutesReader routes = new RoutesReader(new RoutesReader.Surroundings(
                upstreamSections.keySet(),
                limitSections.keySet(),
                limits,
                verified(auth, authSection),
                cache.apiCacheTtl(),
                cache.config().maxEntryBytes(),
                cache.config().keys().topics(),
                queueSections.keySet(),
                queues));
        return new GatewayConfig(
                sources.asked(), server, cache.config(), auth, access, limits, upstreams, queues, routes.read(root));
    }

    /** The kinds of credentials that can be verified; keys with problems count, so that one mistake is one problem. */
    private static Set<CredentialKind> verified(AuthConfig auth, Section section) {
        Set<CredentialKind> kinds = EnumSet.noneOf(CredentialKind.class);
        if (auth.jwt() != null) {
            kinds.add(CredentialKind.JWT);
        }
        if (section.hasElements("api_keys")) {
            kinds.add(CredentialKind.API_KEY);
        }
        if (auth.session() != null) {
            kinds.add(CredentialKind.SESSION);
        }
        return kinds;
    }
}
