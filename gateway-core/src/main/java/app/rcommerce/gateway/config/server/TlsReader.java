package app.rcommerce.gateway.config.server;

import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.TlsConfig;
import app.rcommerce.gateway.config.TlsConfig.ClientCertificates;
import app.rcommerce.gateway.config.TlsConfig.Version;
import app.rcommerce.gateway.config.listen.ListeningSocket;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.config.read.Sources;
import app.rcommerce.gateway.tls.CertifiedKey;
import app.rcommerce.gateway.tls.ClientIdentity;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code [server.tls]} and the files of certificates and keys that it names. */
final class TlsReader {

    private static final int MIN_SECRET = 32;

    private static final Form<Version> VERSION = Form.oneOf(versions());

    private final Section tls;
    private final Sources sources;

    private TlsReader(Section tls, Sources sources) {
        this.tls = tls;
        this.sources = sources;
    }

    private static Map<String, Version> versions() {
        Map<String, Version> versions = new LinkedHashMap<>();
        for (Version version : Version.values()) {
            versions.put(version.text(), version);
        }
        return versions;
    }

    /** The table; null where it is missing, after reporting where a socket would need it. */
    static @Nullable TlsConfig read(Section tls, List<ListeningSocket> sockets, Sources sources) {
        boolean needed = sockets.stream().anyMatch(ListeningSocket::tls);
        if (!tls.isPresent()) {
            if (needed) {
                tls.problem("certificates", expected() + ", since server.listen has an address with tls = true");
            }
            return null;
        }
        return new TlsReader(tls, sources).read();
    }

    private static String expected() {
        return "at least one table such as { cert = \"shop.pem\", key = \"shop.key\" }";
    }

    private TlsConfig read() {
        if (!tls.hasElements("certificates")) {
            tls.problem("certificates", expected());
        }
        List<TlsConfig.Certificate> certificates = new ArrayList<>();
        for (Section one : tls.tables("certificates")) {
            TlsConfig.Certificate certificate = certificate(one);
            if (certificate != null) {
                certificates.add(certificate);
            }
        }
        ClientCertificates wanted = tls.choice("client_certificates", ClientCertificates.NONE);
        List<X509Certificate> authorities = authorities();
        if (wanted != ClientCertificates.NONE && authorities.isEmpty() && !tls.isFaulty("client_ca")) {
            tls.problem("client_ca", "a file with the certificates of those who sign clients' certificates, in PEM");
        }
        Secret tickets = tls.secret("ticket_secret");
        if (tickets != null && tickets.value().length() < MIN_SECRET) {
            tls.problem("ticket_secret", "at least " + MIN_SECRET + " characters, or \"\" for none");
        }
        return new TlsConfig(
                certificates,
                tls.text("min_version", VERSION, Version.TLS_1_2),
                wanted,
                name(tls, "client_ca"),
                wanted == ClientCertificates.NONE ? List.of() : authorities,
                tls.choice("client_identity", ClientIdentity.SUBJECT),
                tls.duration("hsts", Duration.ZERO, Duration.ZERO, Duration.ofDays(3660)),
                tickets);
    }

    private TlsConfig.@Nullable Certificate certificate(Section one) {
        String certificates = sources.named(one, "cert");
        String key = sources.named(one, "key");
        if (certificates == null || key == null) {
            return null;
        }
        try {
            CertifiedKey certified = CertifiedKey.read(certificates, key);
            return new TlsConfig.Certificate(name(one, "cert"), name(one, "key"), certified);
        } catch (CertifiedKey.Unusable e) {
            one.problem(e.isOfKey() ? "key" : "cert", "the name of a file with " + e.getMessage());
            return null;
        }
    }

    private List<X509Certificate> authorities() {
        String content = tls.has("client_ca") ? sources.named(tls, "client_ca") : null;
        if (content == null) {
            return List.of();
        }
        try {
            return CertifiedKey.certificates(content);
        } catch (CertifiedKey.Unusable e) {
            tls.problem("client_ca", "the name of a file with " + e.getMessage());
            return List.of();
        }
    }

    private static String name(Section section, String key) {
        String name = section.text(key, Form.NOT_EMPTY);
        return name == null ? "" : name;
    }
}
