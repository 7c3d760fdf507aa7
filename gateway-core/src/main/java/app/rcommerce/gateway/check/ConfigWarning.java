package app.rcommerce.gateway.check;

import app.rcommerce.gateway.toml.Position;

/**
 * Something in a valid configuration that can hardly be meant, as {@code gateway check} prints it. Immutable.
 *
 * @param position where it stands
 * @param path the value's path in the configuration, such as {@code routes.products.limits[0]}
 * @param text what is to be said about it, in one sentence without a full stop; never a secret
 */
public record ConfigWarning(Position position, String path, String text) {

    @Override
    public String toString() {
        return position + ": warning: " + path + ": " + text;
    }
}
