package app.rcommerce.gateway.server.tls;

import app.rcommerce.gateway.config.TlsConfig;
import app.rcommerce.gateway.store.TicketKeyStore;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.tls.CertifiedKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS as the gateway speaks it to clients. Certificates are replaced as a whole, for handshakes that begin later;
 * connections go on with those that they have been shown. Safe for any thread.
 */
public final class TlsServer {

    private static final Logger LOG = LoggerFactory.getLogger(TlsServer.class);

    private record InForce(TlsConfig config, Certificates certificates) {}

    private final TicketKeys tickets;
    private final boolean http2;
    private volatile @Nullable InForce inForce;

    /**
     * TLS with no certificates yet.
     *
     * @param http2 whether HTTP/2 is offered
     * @param clock tells which keys of session tickets are used
     */
    public TlsServer(boolean http2, Clock clock) {
        this.http2 = http2;
        this.tickets = new TicketKeys(clock);
    }

    /**
     * Shows the certificates of this configuration from now on.
     *
     * @throws IllegalArgumentException where one of them cannot be used, naming its file; the old ones stay then
     */
    public synchronized void use(@Nullable TlsConfig config) {
        InForce before = inForce;
        if (config == null || (before != null && before.config().equals(config))) {
            return;
        }
        Certificates certificates;
        try {
            certificates = Certificates.of(config, http2);
        } catch (SSLException e) {
            throw new IllegalArgumentException(e.getMessage() + ": " + reason(e), e);
        }
        certificates.all().forEach(one -> tickets.giveTo(one.context()));
        config.certificates().forEach(TlsServer::warn);
        inForce = new InForce(config, certificates);
        if (before != null) {
            before.certificates().release();
        }
    }

    private static void warn(TlsConfig.Certificate certificate) {
        Instant now = Instant.now();
        CertifiedKey certified = certificate.certified();
        if (certified.end().isBefore(now)) {
            LOG.warn(
                    "the certificate in {} has ended at {}: clients will not take it",
                    certificate.cert(),
                    certified.end());
        } else if (certified.begin().isAfter(now)) {
            LOG.warn("the certificate in {} is not valid before {}", certificate.cert(), certified.begin());
        }
    }

    private static String reason(SSLException e) {
        Throwable cause = e.getCause();
        return String.valueOf((cause == null ? e : cause).getMessage());
    }

    /** A handler for the handshake of a client that has just connected, to be the first of its pipeline. */
    public Handshake handshake() {
        return new Handshake(this);
    }

    private InForce current() {
        return Objects.requireNonNull(inForce, "a socket with TLS has certificates");
    }

    /** The certificate for this client, retained. */
    Certificates.Shown choose(ClientHello hello) {
        while (true) {
            Certificates.Shown chosen = current().certificates().choose(hello);
            // Those that are replaced at this moment may be gone.
            if (chosen.retain()) {
                return chosen;
            }
        }
    }

    /** Brings the keys of session tickets up to date, shared by the store where the configuration has a secret. */
    public void refreshTicketKeys(TicketKeyStore store) {
        InForce now = inForce;
        if (now != null) {
            tickets.refresh(store, now.config().ticketSecret(), this::giveTicketKeys);
        }
    }

    private synchronized void giveTicketKeys() {
        InForce now = inForce;
        if (now != null) {
            now.certificates().all().forEach(one -> tickets.giveTo(one.context()));
        }
    }

    /** The certificates that are shown, by the files that they came from. */
    public Map<String, CertifiedKey> certificates() {
        Map<String, CertifiedKey> certificates = new LinkedHashMap<>();
        InForce now = inForce;
        if (now != null) {
            now.config().certificates().forEach(one -> certificates.put(one.cert(), one.certified()));
        }
        return certificates;
    }

    /** Frees everything. */
    public synchronized void close() {
        InForce now = inForce;
        inForce = null;
        if (now != null) {
            now.certificates().release();
        }
    }
}
