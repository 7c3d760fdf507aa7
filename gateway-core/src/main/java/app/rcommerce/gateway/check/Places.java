package app.rcommerce.gateway.check;

import app.rcommerce.gateway.toml.Node;
import app.rcommerce.gateway.toml.Position;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a configuration stand. Immutable.
 *
 * @param tree all its files united
 */
record Places(Node.Table tree) {

    /**
     * The value at a path of keys, and of numbers within lists; null where nothing stands there.
     *
     * @param steps texts and integers
     */
    @Nullable
    Node find(Object... steps) {
        Node node = tree;
        for (Object step : steps) {
            node = below(node, step);
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    /** The position of the value at a path, or of what is nearest around it. */
    Position of(Object... steps) {
        Node node = tree;
        for (Object step : steps) {
            Node next = below(node, step);
            if (next == null) {
                break;
            }
            node = next;
        }
        return node.position();
    }

    private static @Nullable Node below(Node node, Object step) {
        return switch (node) {
            case Node.Table table
            when step instanceof String key -> table.entries().get(key);
            case Node.Array array
            when step instanceof Integer index && index < array.elements().size() ->
                array.elements().get(index);
            default -> null;
        };
    }
}
