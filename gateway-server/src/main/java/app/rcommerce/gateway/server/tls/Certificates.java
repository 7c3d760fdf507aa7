package app.rcommerce.gateway.server.tls;

import app.rcommerce.gateway.config.TlsConfig;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.tls.CertifiedKey;
import app.rcommerce.gateway.tls.ServerNames;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that clients are shown, by the name that they ask for and the kinds of keys that they verify.
 * Immutable; safe for any thread.
 */
final class Certificates {

    /**
     * Cipher suites with forward secrecy and authenticated encryption, which HTTP/2 asks for as well (RFC 9113 §9.2.2).
     */
    private static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final long SESSION_SECONDS = 24 * 60 * 60L;

    /** A certificate with what handshakes with it are made by, and under which settings. */
    record Shown(CertifiedKey certified, SslContext context, TlsConfig config) {

        /** Keeps the context from being freed until {@link #release}; false where it has been already. */
        boolean retain() {
            try {
                ReferenceCountUtil.retain(context);
                return true;
            } catch (IllegalReferenceCountException e) {
                return false;
            }
        }

        void release() {
            ReferenceCountUtil.release(context);
        }
    }

    private final List<Shown> all;
    private final Map<String, List<Shown>> byName = new HashMap<>();

    private Certificates(List<Shown> all) {
        this.all = List.copyOf(all);
        for (Shown one : all) {
            for (String name : one.certified().names()) {
                byName.computeIfAbsent(name, _ -> new ArrayList<>(2)).add(one);
            }
        }
    }

    /**
     * The certificates of the configuration, with what they need to be shown.
     *
     * @param http2 whether HTTP/2 is offered
     * @throws SSLException where one of them cannot be used by the library, naming its file; nothing is kept then
     */
    static Certificates of(TlsConfig config, boolean http2) throws SSLException {
        List<Shown> all = new ArrayList<>();
        for (TlsConfig.Certificate certificate : config.certificates()) {
            try {
                all.add(new Shown(certificate.certified(), context(config, certificate.certified(), http2), config));
            } catch (SSLException | IllegalArgumentException e) {
                all.forEach(Shown::release);
                throw new SSLException("the certificate " + certificate.cert() + " cannot be used", e);
            }
        }
        return new Certificates(all);
    }

    private static SslContext context(TlsConfig config, CertifiedKey certified, boolean http2) throws SSLException {
        List<String> versions =
                config.minVersion() == TlsConfig.Version.TLS_1_3 ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2");
        List<String> protocols = http2
                ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                : List.of(ApplicationProtocolNames.HTTP_1_1);
        boolean nativeLibrary = OpenSsl.isAvailable();
        KeyManagerFactory keys = keys(certified);
        // Without the cache the key would be parsed anew for each handshake.
        SslContextBuilder builder = SslContextBuilder.forServer(
                        nativeLibrary ? new OpenSslCachingX509KeyManagerFactory(keys) : keys)
                .sslProvider(nativeLibrary ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .protocols(versions)
                .ciphers(SUITES, SupportedCipherSuiteFilter.INSTANCE)
                .sessionTimeout(SESSION_SECONDS)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        protocols));
        if (config.clientCertificates() != TlsConfig.ClientCertificates.NONE) {
            if (nativeLibrary) {
                builder.trustManager(trust(config));
            } else {
                builder.trustManager(config.clientAuthorities());
            }
            builder.clientAuth(
                    config.clientCertificates() == TlsConfig.ClientCertificates.REQUIRED
                            ? ClientAuth.REQUIRE
                            : ClientAuth.OPTIONAL);
        }
        SslContext context = builder.build();
        if (context instanceof ReferenceCountedOpenSslServerContext server
                && !server.sessionContext().setSessionIdContext(demand(config))) {
            ReferenceCountUtil.release(context);
            throw new SSLException("sessions cannot be told apart by what is asked of clients");
        }
        return context;
    }

    /**
     * What is asked of clients, as a digest, which sessions belong to: a session from a time when no certificate, or
     * another authority's, was asked for is not resumed, since nobody is asked for one in a resumed handshake.
     */
    private static byte[] demand(TlsConfig config) throws SSLException {
        ByteArrayOutputStream demand = new ByteArrayOutputStream();
        demand.write(config.clientCertificates().name().charAt(0));
        try {
            for (X509Certificate authority : config.clientAuthorities()) {
                demand.writeBytes(Digests.sha256(authority.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new SSLException("an authority that cannot be encoded", e);
        }
        return Digests.sha256(demand.toByteArray());
    }

    private static ClientTrust trust(TlsConfig config) throws SSLException {
        try {
            return ClientTrust.of(config.clientAuthorities());
        } catch (GeneralSecurityException e) {
            throw new SSLException(e);
        }
    }

    private static KeyManagerFactory keys(CertifiedKey certified) throws SSLException {
        try {
            return KeyManagers.of(certified);
        } catch (GeneralSecurityException e) {
            throw new SSLException(e);
        }
    }

    /** The certificate for this client: one for the name that it asks for, of a kind of key that it verifies. */
    Shown choose(ClientHello hello) {
        List<Shown> named = named(hello.serverName());
        Shown best = null;
        for (Shown one : named) {
            if (isTaken(one, hello) && (best == null || isCheaper(one, best))) {
                best = one;
            }
        }
        return best == null ? named.getFirst() : best;
    }

    /** Those for the name; where there is none, those for the names of the default. */
    private List<Shown> named(@Nullable String name) {
        List<Shown> exact = name == null ? null : byName.get(name);
        List<Shown> found = exact != null || name == null ? exact : byName.get(ServerNames.wildcard(name));
        if (found != null) {
            return found;
        }
        Shown first = all.getFirst();
        List<String> names = first.certified().names();
        return names.isEmpty()
                ? List.of(first)
                : all.stream()
                        .filter(one ->
                                one.equals(first) || one.certified().names().contains(names.getFirst()))
                        .toList();
    }

    private static boolean isTaken(Shown one, ClientHello hello) {
        return switch (one.certified().kind()) {
            case "EC" -> hello.takesEcdsa();
            case "RSA" -> hello.takesRsa();
            default -> hello.takesEd25519();
        };
    }

    /** Whether signing with this key costs less: an elliptic curve against RSA. */
    private static boolean isCheaper(Shown one, Shown other) {
        return other.certified().kind().equals("RSA") && !one.certified().kind().equals("RSA");
    }

    List<Shown> all() {
        return all;
    }

    /** Frees the contexts once the connections that use them have ended. */
    void release() {
        all.forEach(Shown::release);
    }
}
