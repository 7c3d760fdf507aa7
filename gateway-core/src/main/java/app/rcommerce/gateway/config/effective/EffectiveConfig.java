package app.rcommerce.gateway.config.effective;

import app.rcommerce.gateway.config.GatewayConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A configuration as its settings: every key with its value, defaults among them. What is secret in it is shown as
 * {@code (secret)}, whether it came from a variable or stood in the file. Immutable.
 */
public final class EffectiveConfig {

    private static final int HASH_DIGITS = 16;

    private final SequencedMap<String, Object> tree;
    private final SequencedMap<String, Object> flat = new LinkedHashMap<>();

    private EffectiveConfig(SequencedMap<String, Object> tree) {
        this.tree = tree;
        tree.forEach(this::flatten);
    }

    /** The settings of a configuration. */
    public static EffectiveConfig of(GatewayConfig config) {
        TableTree root = new TableTree()
                .table("server", ServerTree.server(config.server()))
                .table("cache", ServerTree.cache(config.cache()));
        TableTree auth = ServerTree.auth(config.auth());
        if (!auth.isEmpty()) {
            root.table("auth", auth);
        }
        root.table("access", RouteTree.access(config.access()));
        TableTree limits = RouteTree.limits(config);
        if (!limits.isEmpty()) {
            root.table("limits", limits);
        }
        TableTree upstreams = RouteTree.upstreams(config);
        if (!upstreams.isEmpty()) {
            root.table("upstreams", upstreams);
        }
        TableTree queues = QueueTree.queues(config);
        if (!queues.isEmpty()) {
            root.table("queues", queues);
        }
        root.put("routes", config.routes().stream().map(RouteTree::route).toList());
        return new EffectiveConfig(root.values());
    }

    private void flatten(String path, Object value) {
        if (value instanceof Map<?, ?> table) {
            table.forEach((key, below) -> flatten(path + "." + key, below));
        } else if (value instanceof List<?> list
                && !list.isEmpty()
                && list.stream().allMatch(EffectiveConfig::isNamed)) {
            for (Object element : list) {
                Map<?, ?> table = (Map<?, ?>) element;
                Object name = table.containsKey("name") ? table.get("name") : table.get("id");
                table.forEach((key, below) -> flatten(path + "." + name + "." + key, below));
            }
        } else {
            flat.put(path, value);
        }
    }

    /** Whether the element of a list is a table that goes by its name. */
    private static boolean isNamed(Object element) {
        return element instanceof Map<?, ?> table && (table.containsKey("name") || table.containsKey("id"));
    }

    /** The settings as TOML, without their secrets. */
    public String toml() {
        return new TomlWriter(Hidden::shown).text(tree);
    }

    /** The settings as TOML that a gateway can be started with, secrets and all; for tests. */
    String tomlWithSecrets() {
        return new TomlWriter(Hidden::value).text(tree);
    }

    /**
     * The value of every setting, as TOML writes it and without secrets, by its path: that of its table, in which the
     * tables of a list go by their names, and its key, such as {@code routes.products.path}.
     */
    public SequencedMap<String, String> settings() {
        TomlWriter writer = new TomlWriter(Hidden::shown);
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        flat.forEach((path, value) -> settings.put(path, writer.value(value)));
        return Collections.unmodifiableSequencedMap(settings);
    }

    /**
     * What to compare secrets by without telling them: for every setting with one, by its path, the HMAC-SHA-256 of its
     * value under the salt. Whoever has both can try values, so it is sent to a gateway, and never by one.
     */
    public SequencedMap<String, String> fingerprints(byte[] salt) {
        SequencedMap<String, String> fingerprints = new LinkedHashMap<>();
        flat.forEach((path, value) -> {
            if (hides(value)) {
                fingerprints.put(path, fingerprint(salt, new TomlWriter(Hidden::value).value(value)));
            }
        });
        return Collections.unmodifiableSequencedMap(fingerprints);
    }

    private static String fingerprint(byte[] salt, String value) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has HmacSHA256", e);
        }
    }

    /** The paths of the settings that have another secret than those with these fingerprints, under the salt. */
    public List<String> otherSecrets(byte[] salt, Map<String, String> fingerprints) {
        List<String> others = new ArrayList<>();
        fingerprints(salt).forEach((path, mine) -> {
            String theirs = fingerprints.get(path);
            if (theirs != null && !theirs.equals(mine)) {
                others.add(path);
            }
        });
        return others;
    }

    private static boolean hides(Object value) {
        return value instanceof Hidden
                || (value instanceof List<?> list && list.stream().anyMatch(EffectiveConfig::hides));
    }

    /**
     * A short text that is the same for the same settings on every node, and another one for others: the first 64 bits
     * of a SHA-256. It is computed without the secrets, so that nobody can find one by trying; whether a secret is set
     * counts.
     */
    public String hash() {
        try {
            List<String> lines = new ArrayList<>();
            settings().forEach((path, value) -> lines.add(path + " = " + value));
            byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text))
                    .substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
