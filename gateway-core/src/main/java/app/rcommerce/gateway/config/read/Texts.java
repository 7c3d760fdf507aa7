package app.rcommerce.gateway.config.read;

import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.toml.Node;
import org.jspecify.annotations.Nullable;

/** Reads single texts: replaces variables, checks the form, reports what is wrong. For one thread. */
record Texts(Problems problems, Environment environment) {

    /** The text's value; null after reporting a problem, in which a secret is not shown. */
    <T> @Nullable T read(Node node, String path, Form<T> form, boolean secret) {
        String replaced = "";
        if (node instanceof Node.Text text) {
            String found = environment.replaced(text.value(), node.position(), path);
            if (found == null) {
                return null;
            }
            T value = form.read(found);
            if (value != null) {
                return value;
            }
            replaced = found;
        }
        problems.add(node.position(), path, Written.value(node, secret), form.expected(secret ? "" : replaced));
        return null;
    }
}
