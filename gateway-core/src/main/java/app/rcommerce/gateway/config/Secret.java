package app.rcommerce.gateway.config;

/** A value that is never printed. Immutable. */
public record Secret(String value) {

    @Override
    public String toString() {
        return "(secret)";
    }
}
