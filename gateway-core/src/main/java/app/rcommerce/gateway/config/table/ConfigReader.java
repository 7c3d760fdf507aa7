package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.AccessConfig;
import app.rcommerce.gateway.config.AuthConfig;
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
        GatewayConfig config = tree == null ? null : config(Section.root(tree, problems, environment), sources);
        if (config != null && problems.isEmpty()) {
            return new Result.Loaded(config);
        }
        List<SourceFile> asked = sources.asked();
        return new Result.Rejected(
                problems.inOrder(
                        asked.stream().map(source -> source.path().toString()).toList()),
                asked);
    }

    private static GatewayConfig config(Section root, Sources sources) {
        root.has("include");
        ServerConfig server = ServerReader.read(root.table("server"));
        CacheReader.Read cache = CacheReader.read(root.table("cache"));
        Section authSection = root.table("auth");
        AuthConfig auth = AuthReader.read(authSection, sources);
        Section accessSection = root.table("access");
        Map<String, Section> limitSections = root.named("limits");
        Map<String, Section> upstreamSections = root.named("upstreams");
        SequencedMap<String, Limit> limits = LimitsReader.read(limitSections);
        SequencedMap<String, UpstreamConfig> upstreams = UpstreamsReader.read(upstreamSections);
        AccessConfig access = AccessReader.read(accessSection, limitSections);
        RoutesReader routes = new RoutesReader(new RoutesReader.Surroundings(
                upstreamSections.keySet(),
                limitSections.keySet(),
                limits,
                verified(auth, authSection),
                cache.apiCacheTtl(),
                cache.config().maxEntryBytes()));
        GatewayConfig config = new GatewayConfig(
                sources.asked(), server, cache.config(), auth, access, limits, upstreams, routes.read(root));
        root.reportUnknownKeys();
        return config;
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
        return kinds;
    }
}
