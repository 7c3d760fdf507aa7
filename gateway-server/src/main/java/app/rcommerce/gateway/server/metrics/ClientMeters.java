package app.rcommerce.gateway.server.metrics;

import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.tls.ArrivalObserver;
import app.rcommerce.gateway.server.transport.TlsSession;
import app.rcommerce.gateway.tls.CertifiedKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What clients speak: requests by protocol, TLS handshakes, and how long certificates last. Safe for any thread. */
final class ClientMeters implements ArrivalObserver {

    private static final String HANDSHAKES = "gateway.tls.handshakes";

    /** A handshake that was completed, by what tells it from others. */
    private record Kind(String version, String cipher, boolean resumed) {}

    private final MeterRegistry registry;
    private final Map<String, Counter> requests = new ConcurrentHashMap<>();
    private final Map<Kind, Counter> completed = new ConcurrentHashMap<>();
    private final MultiGauge certificates;

    ClientMeters(MeterRegistry registry) {
        this.registry = registry;
        this.certificates = MultiGauge.builder("gateway.tls.certificate.expiry.timestamp")
                .description("When the first certificate of the chain in this file ends")
                .baseUnit("seconds")
                .register(registry);
        for (ProtocolVersion version : ProtocolVersion.values()) {
            requests(version.text());
        }
        headers("timeout");
        headers("malformed");
        for (Failure failure : Failure.values()) {
            failures(failure);
        }
    }

    private Counter requests(String protocol) {
        return requests.computeIfAbsent(
                protocol,
                name -> Counter.builder("gateway.client.requests")
                        .description("Requests of clients by the protocol in which they came")
                        .tag("protocol", name)
                        .register(registry));
    }

    private Counter failures(Failure failure) {
        return handshakes(failure.name().toLowerCase(Locale.ROOT), "", "", false);
    }

    private Counter handshakes(String outcome, String version, String cipher, boolean resumed) {
        return Counter.builder(HANDSHAKES)
                .description("TLS handshakes of clients by outcome")
                .tag("outcome", outcome)
                .tag("version", version)
                .tag("cipher", cipher)
                .tag("resumed", Boolean.toString(resumed))
                .register(registry);
    }

    void finished(Finished finished) {
        String protocol = finished.protocol().name();
        Counter counter = requests.get(protocol);
        (counter == null ? requests(protocol) : counter).increment();
    }

    @Override
    public void completed(TlsSession session, boolean resumed) {
        completed
                .computeIfAbsent(
                        new Kind(session.version(), session.cipher(), resumed),
                        kind -> handshakes("completed", kind.version(), kind.cipher(), kind.resumed()))
                .increment();
    }

    @Override
    public void headerRefused(boolean tooLate) {
        headers(tooLate ? "timeout" : "malformed").increment();
    }

    private Counter headers(String reason) {
        return Counter.builder("gateway.proxy.protocol.refused")
                .description("Connections closed for want of a PROXY protocol header that can be read")
                .tag("reason", reason)
                .register(registry);
    }

    @Override
    public void failed(Failure why) {
        failures(why).increment();
    }

    /** Shows these certificates, by their files, in the place of those shown before. */
    void certificates(Map<String, CertifiedKey> shown) {
        certificates.register(
                shown.entrySet().stream()
                        .map(entry ->
                                MultiGauge.Row.of(Tags.of("file", entry.getKey()), entry.getValue(), ClientMeters::end))
                        .toList(),
                true);
    }

    private static double end(CertifiedKey certified) {
        return certified.end().getEpochSecond();
    }
}
