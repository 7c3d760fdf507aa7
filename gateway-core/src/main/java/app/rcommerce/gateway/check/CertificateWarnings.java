package app.rcommerce.gateway.check;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.TlsConfig;
import app.rcommerce.gateway.config.listen.ListeningSocket;
import app.rcommerce.gateway.tls.CertifiedKey;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Warnings about certificates that clients will not take, now or soon, about those that no socket shows or asks for,
 * and about sockets for a protocol that is not spoken.
 */
final class CertificateWarnings {

    private static final Duration SOON = Duration.ofDays(14);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final GatewayConfig config;
    private final Places places;
    private final Instant now;
    private final List<ConfigWarning> warnings;

    CertificateWarnings(GatewayConfig config, Places places, Instant now, List<ConfigWarning> warnings) {
        this.config = config;
        this.places = places;
        this.now = now;
        this.warnings = warnings;
    }

    void add() {
        List<ListeningSocket> sockets = config.server().listen();
        for (int i = 0; i < sockets.size(); i++) {
            if (sockets.get(i).h2c() && !config.server().http2().enabled()) {
                warnings.add(new ConfigWarning(
                        places.of("server", "listen", i, "h2c"),
                        "server.listen[" + i + "].h2c",
                        "true is without effect, since server.http2.enabled is false"));
            }
        }
        TlsConfig tls = config.server().tls();
        if (tls == null) {
            return;
        }
        if (sockets.stream().noneMatch(ListeningSocket::tls)) {
            warnings.add(new ConfigWarning(
                    places.of("server", "tls"), "server.tls", "no address of server.listen has tls = true"));
        }
        if (!tls.clientCa().isEmpty() && tls.clientCertificates() == TlsConfig.ClientCertificates.NONE) {
            warnings.add(
                    new ConfigWarning(
                            places.of("server", "tls", "client_ca"),
                            "server.tls.client_ca",
                            "\"" + tls.clientCa()
                                    + "\" is without effect, since client_certificates is neither \"optional\" nor \"required\""));
        }
        for (int i = 0; i < tls.certificates().size(); i++) {
            TlsConfig.Certificate certificate = tls.certificates().get(i);
            String text = text(certificate.certified());
            if (!text.isEmpty()) {
                warnings.add(new ConfigWarning(
                        places.of("server", "tls", "certificates", i, "cert"),
                        "server.tls.certificates[" + i + "].cert",
                        "the certificate in \"" + certificate.cert() + "\" " + text));
            }
        }
    }

    private String text(CertifiedKey certified) {
        if (certified.end().isBefore(now)) {
            return "has ended at " + TIME.format(certified.end());
        }
        if (certified.begin().isAfter(now)) {
            return "is not valid before " + TIME.format(certified.begin());
        }
        if (certified.end().isBefore(now.plus(SOON))) {
            return "ends at " + TIME.format(certified.end());
        }
        return certified.names().isEmpty() ? "is for no name, so no client will take it" : "";
    }
}
