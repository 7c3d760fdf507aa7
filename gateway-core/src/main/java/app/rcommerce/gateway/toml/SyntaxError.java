package app.rcommerce.gateway.toml;

/**
 * A syntax error: a position at which a text is not TOML. Apart from keys, it has at most one character of the text,
 * since the text around it may be a secret. Immutable.
 *
 * @param position where reading failed
 * @param key the key in question; may be empty
 * @param found what stands there
 * @param expected what would have been right
 */
public record SyntaxError(Position position, String key, String found, String expected) {}
