package app.rcommerce.gateway.config.read;

import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.toml.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Merges the tables of several files into one. Tables are merged key by key, and {@code [[routes]]} and
 * {@code [[auth.api_keys]]} are appended. Every other key may stand in one file only, and so may the table of one limit
 * or one upstream.
 */
final class Merge {

    private static final Set<String> LISTS = Set.of("routes", "auth.api_keys");
    private static final Set<String> NAMED = Set.of("limits", "upstreams");

    private final Problems problems;

    Merge(Problems problems) {
        this.problems = problems;
    }

    Node.Table united(Node.Table first, Node.Table second) {
        return united(first, second, "");
    }

    private Node.Table united(Node.Table first, Node.Table second, String path) {
        SequencedMap<String, Node> entries = new LinkedHashMap<>(first.entries());
        second.entries().forEach((key, later) -> {
            Node earlier = entries.get(key);
            entries.put(key, earlier == null ? later : united(earlier, later, path, Written.path(path, key)));
        });
        return new Node.Table(first.position(), entries);
    }

    private Node united(Node earlier, Node later, String parent, String path) {
        if (earlier instanceof Node.Table one && later instanceof Node.Table other && !NAMED.contains(parent)) {
            return united(one, other, path);
        }
        if (earlier instanceof Node.Array one && later instanceof Node.Array other && LISTS.contains(path)) {
            List<Node> elements = new ArrayList<>(one.elements());
            elements.addAll(other.elements());
            return new Node.Array(one.position(), elements);
        }
        problems.add(later.position(), path, "defined twice", "once; first at " + earlier.position());
        return earlier;
    }
}
