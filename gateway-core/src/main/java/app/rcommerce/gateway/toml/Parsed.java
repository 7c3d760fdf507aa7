package app.rcommerce.gateway.toml;

import java.util.List;

/** The result of {@link TomlReader} for a text. */
public sealed interface Parsed {

    /** The text is TOML. */
    record Document(Node.Table root) implements Parsed {}

    /** The text is not TOML; every error that was found, in the order of the text. */
    record Broken(List<SyntaxError> errors) implements Parsed {
        public Broken {
            errors = List.copyOf(errors);
        }
    }
}
