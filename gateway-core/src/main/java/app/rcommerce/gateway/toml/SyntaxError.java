package app.rcommerce.gateway.toml;

/**
 * One place at which a text is not TOML. Holds at most one character of the text, apart from keys: what surrounds it
 * may be a secret. Immutable.
 *
 * @param place where reading failed
 * @param key the key in question; may be empty
 * @param found what stands there
 * @param expected what would have been right
 */
public record SyntaxError(Place place, String key, String found, String expected) {}
