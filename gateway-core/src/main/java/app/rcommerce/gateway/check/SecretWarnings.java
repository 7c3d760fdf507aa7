package app.rcommerce.gateway.check;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.toml.Node;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Warnings about variables of secrets that are not set and not asked for, since the Memory store needs no password:
 * with Redis the same file would not check.
 */
final class SecretWarnings {

    private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    private final GatewayConfig config;
    private final Places places;
    private final Function<String, @Nullable String> variables;
    private final List<ConfigWarning> warnings;

    SecretWarnings(
            GatewayConfig config,
            Places places,
            Function<String, @Nullable String> variables,
            List<ConfigWarning> warnings) {
        this.config = config;
        this.places = places;
        this.variables = variables;
        this.warnings = warnings;
    }

    void add() {
        if (config.cache().type() == CacheConfig.Type.MEMORY) {
            add("password");
            add("sentinel_password");
        }
    }

    private void add(String key) {
        if (!(places.find("cache", "redis", key) instanceof Node.Text text)) {
            return;
        }
        Matcher variable = VARIABLE.matcher(text.value());
        while (variable.find()) {
            if (variables.apply(variable.group(1)) == null) {
                warnings.add(new ConfigWarning(
                        text.position(),
                        "cache.redis." + key,
                        "the environment variable " + variable.group(1) + " is not set; nothing needs it with"
                                + " cache_type = \"Memory\", but with \"Redis\" this file does not check"));
            }
        }
    }
}
