package app.rcommerce.gateway.config.effective;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The differences between the settings that a gateway runs with and those of a file. Stateless; safe for any thread.
 */
public final class ConfigDiff {

    private static final String NOTHING = "nothing";

    /**
     * A setting that differs.
     *
     * @param key its path
     * @param runs what the gateway runs with, as TOML writes it, without secrets; {@code nothing} where it is not set
     * @param file what the file says, likewise
     */
    public record Difference(String key, String runs, String file) {
        @Override
        public String toString() {
            return key
                    + (runs.equals(file)
                            ? " (runs another secret than the file says)"
                            : " (runs " + runs + ", file says " + file + ")");
        }
    }

    private ConfigDiff() {}

    /**
     * The differences, in the order of what runs, then in that of the file.
     *
     * @param otherSecrets the paths of settings whose secrets differ, although they are shown alike
     */
    public static List<Difference> of(
            Map<String, String> runs, Map<String, String> file, Collection<String> otherSecrets) {
        Set<String> keys = new LinkedHashSet<>(runs.keySet());
        keys.addAll(file.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String key : keys) {
            String mine = runs.getOrDefault(key, NOTHING);
            String theirs = file.getOrDefault(key, NOTHING);
            if (!mine.equals(theirs) || otherSecrets.contains(key)) {
                differences.add(new Difference(key, mine, theirs));
            }
        }
        return differences;
    }
}
