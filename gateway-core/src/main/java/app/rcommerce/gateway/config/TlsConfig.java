package app.rcommerce.gateway.config;

import app.rcommerce.gateway.tls.CertifiedKey;
import app.rcommerce.gateway.tls.ClientIdentity;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code [server.tls]}.
 *
 * @param certificates that are chosen from by the name that a client asks for; the first is the default
 * @param minVersion the oldest version of TLS that is spoken
 * @param clientCertificates whether clients show certificates
 * @param clientCa the file of the authorities, as it is configured; empty where there is none
 * @param clientAuthorities whose certificates clients may show; empty where they show none
 * @param clientIdentity what of a client's certificate tells who it is
 * @param hsts the life of {@code Strict-Transport-Security}; zero where it is not sent
 * @param ticketSecret under which nodes share the keys of session tickets; null where each has keys of its own
 */
public record TlsConfig(
        List<Certificate> certificates,
        Version minVersion,
        ClientCertificates clientCertificates,
        String clientCa,
        List<X509Certificate> clientAuthorities,
        ClientIdentity clientIdentity,
        Duration hsts,
        @Nullable Secret ticketSecret) {

    /** Versions of TLS. */
    public enum Version {
        /** TLS 1.2 (RFC 5246). */
        TLS_1_2("1.2"),
        /** TLS 1.3 (RFC 8446). */
        TLS_1_3("1.3");

        private final String text;

        Version(String text) {
            this.text = text;
        }

        /** As it is configured. */
        public String text() {
            return text;
        }
    }

    /** Whether clients show certificates. */
    public enum ClientCertificates {
        /** They are not asked for any. */
        NONE,
        /** They may show one that an authority of ours has signed; another one ends the handshake. */
        OPTIONAL,
        /** They must show one. */
        REQUIRED
    }

    /**
     * A certificate and the files that it came from.
     *
     * @param cert the file of the chain, as it is configured
     * @param keyFile the file of the key, as it is configured
     * @param certified what they hold
     */
    public record Certificate(String cert, String keyFile, CertifiedKey certified) {}

    public TlsConfig {
        certificates = List.copyOf(certificates);
        clientAuthorities = List.copyOf(clientAuthorities);
    }
}
