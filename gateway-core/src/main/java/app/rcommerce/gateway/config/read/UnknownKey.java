package app.rcommerce.gateway.config.read;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.toml.Node;
import app.rcommerce.gateway.toml.Position;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A key of a configuration that its table does not have. Immutable.
 *
 * @param table the table that it stands in
 * @param typed the key as it is written
 * @param meant the key that was probably meant; null where none is near
 * @param problem what is to be said about it
 */
public record UnknownKey(
        Node.Table table, String typed, @Nullable String meant, ConfigProblem problem) {

    /** Words of other gateways and proxies for what this one does not do. */
    private static final Vocabulary FOREIGN = new Vocabulary();

    /**
     * The key of a table in which only the known ones have a meaning. A word of other gateways is called unsupported; a
     * key that another table has is said to belong there, unless it is but one letter off a known one.
     */
    static UnknownKey of(String typed, Node.Table table, String path, Collection<String> known) {
        Position at = Objects.requireNonNull(table.entries().get(typed)).position();
        String where = Written.path(path, typed);
        if (FOREIGN.contains(typed, path)) {
            return new UnknownKey(
                    table,
                    typed,
                    null,
                    problem(at, where, "not supported", "see \"What it does not do today\" in README.md"));
        }
        String near = Nearest.of(typed, known);
        List<String> others = Tables.with(typed, path);
        if (!others.isEmpty() && (near == null || Nearest.distance(typed, near) > 1)) {
            String expected = Nearest.listed(known) + "; " + typed + " belongs in " + String.join(" or ", others);
            return new UnknownKey(table, typed, null, problem(at, where, "unknown key", expected));
        }
        return new UnknownKey(table, typed, near, problem(at, where, "unknown key", Nearest.expected(typed, known)));
    }

    private static ConfigProblem problem(Position at, String path, String value, String expected) {
        return new ConfigProblem(at.file(), at.line(), at.column(), path, value, expected);
    }

    /** Whether it stands outside of all tables. */
    public boolean isAtTop() {
        return problem.path().equals(Written.path("", typed));
    }

    /** The tree with these keys as they were probably meant, all of which are near to one. */
    public static Node.Table corrected(Node.Table tree, List<UnknownKey> misspelled) {
        SequencedMap<String, Node> entries = new LinkedHashMap<>();
        tree.entries().forEach((key, node) -> entries.put(meant(key, tree, misspelled), corrected(node, misspelled)));
        return new Node.Table(tree.position(), entries);
    }

    private static Node corrected(Node node, List<UnknownKey> misspelled) {
        return switch (node) {
            case Node.Table table -> corrected(table, misspelled);
            case Node.Array array ->
                new Node.Array(
                        array.position(),
                        array.elements().stream()
                                .map(element -> corrected(element, misspelled))
                                .toList());
            default -> node;
        };
    }

    @SuppressWarnings("ReferenceEquality") // two tables with the same content are two tables
    private static String meant(String key, Node.Table table, List<UnknownKey> misspelled) {
        for (UnknownKey one : misspelled) {
            if (one.table == table && one.typed.equals(key) && one.meant != null) {
                return one.meant;
            }
        }
        return key;
    }
}
