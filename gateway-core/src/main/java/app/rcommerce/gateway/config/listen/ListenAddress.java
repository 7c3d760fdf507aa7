package app.rcommerce.gateway.config.listen;

/** An address and a port to listen on; port 0 takes any free one. */
public record ListenAddress(String host, int port) {
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
