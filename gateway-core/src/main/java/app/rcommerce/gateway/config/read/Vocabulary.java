package app.rcommerce.gateway.config.read;

import java.util.Locale;
import java.util.Set;

/**
 * Words by which other gateways and proxies configure what this one does not do, so that who tries them is told so. A
 * key that exists here is never looked up. Immutable.
 */
final class Vocabulary {

    private static final Set<String> WORDS = Set.of(
            // encryption
            "ssl",
            "https",
            "mtls",
            "acme",
            "certs",
            "certificate",
            "cert_file",
            "key_file",
            "ssl_certificate",
            "ssl_certificate_key",
            "tls_cert",
            "tls_key",
            "tls_certificate",
            // protocols
            "h2",
            "http3",
            "h3",
            "quic",
            "grpc",
            "websockets",
            "tcp",
            "udp",
            "streams",
            // changes of messages
            "rewrite",
            "rewrites",
            "rewrite_path",
            "url_rewrite",
            "path_rewrite",
            "regex_rewrite",
            "prefix_rewrite",
            "strip_prefix",
            "strip_path",
            "add_prefix",
            "path_prefix",
            "preserve_host",
            "headers",
            "request_headers",
            "response_headers",
            "add_headers",
            "set_headers",
            "remove_headers",
            "add_header",
            "proxy_set_header",
            "transform",
            "transformer",
            "compression",
            "compress",
            "gzip",
            "brotli",
            "cors",
            // balancing
            "weight",
            "weights",
            "weighted",
            "balancing",
            "balancer",
            "load_balancing",
            "load_balancer",
            "lb",
            "lb_policy",
            "least_conn",
            "ip_hash",
            "hash_on",
            "sticky",
            "session_affinity",
            "health_check",
            "health_checks",
            "healthcheck",
            "healthchecks",
            "outlier_detection",
            "circuit_breaker",
            "circuit_breakers",
            "retries",
            "retry_policy",
            "mirror",
            "mirroring",
            "shadowing",
            "canary",
            "split",
            "traffic_split",
            // extensions and log-in flows
            "plugin",
            "plugins",
            "middleware",
            "middlewares",
            "filter",
            "filters",
            "lua",
            "wasm",
            "script",
            "scripts",
            "basic_auth",
            "oauth",
            "oauth2",
            "oidc",
            "openid",
            "openid_connect",
            "forward_auth",
            "ext_authz",
            "waf",
            "geoip",
            "service_discovery",
            "consul",
            "tracing",
            "opentelemetry",
            "otel",
            "zipkin",
            "jaeger");

    /** Words that mean something here towards clients, and nothing towards upstreams. */
    private static final Set<String> OF_UPSTREAMS = Set.of("tls", "cert", "certificates", "http2", "h2c", "websocket");

    Vocabulary() {}

    /** Whether the key in the table at this path is such a word. */
    boolean contains(String key, String path) {
        String word = key.toLowerCase(Locale.ROOT).replace('-', '_');
        return WORDS.contains(word) || (path.startsWith("upstreams.") && OF_UPSTREAMS.contains(word));
    }
}
