package app.rcommerce.gateway.http;

/** The one normaliser of request targets. */
public final class Paths {

    private Paths() {}
}
