package app.rcommerce.gateway.server.tls;

import app.rcommerce.gateway.config.TlsConfig;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.transport.TlsSession;
import app.rcommerce.gateway.tls.CertificateIdentity;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import io.netty.util.concurrent.Future;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One client's handshake: it waits for the {@code ClientHello}, within a bound, and has Netty's handler go on with the
 * certificate for it. What comes of it is told by Netty's {@code SslHandshakeCompletionEvent}. Confined to the event
 * loop of the connection.
 */
public final class Handshake extends SslClientHelloHandler<Certificates.Shown> {

    /** Larger ones are refused, in bytes; one with a hybrid key share has less than two thousand. */
    static final int MOST_HELLO = 16 * 1024;

    private final TlsServer server;
    private ClientHello hello = ClientHello.UNKNOWN;
    private Certificates.@Nullable Shown shown;
    private @Nullable SslHandler handler;

    Handshake(TlsServer server) {
        super(MOST_HELLO);
        this.server = server;
    }

    @Override
    protected Future<Certificates.Shown> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf message) {
        // Null where what the client sent first is not a ClientHello: the handler will refuse it.
        hello = message == null ? ClientHello.UNKNOWN : ClientHello.of(message);
        return ctx.executor().newSucceededFuture(server.choose(hello));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<Certificates.Shown> found) {
        Certificates.Shown chosen = found.getNow();
        SslHandler tls;
        try {
            tls = chosen.context().newHandler(ctx.alloc());
        } finally {
            chosen.release();
        }
        // Whoever waits for the handshake has a clock of its own.
        tls.setHandshakeTimeoutMillis(0);
        shown = chosen;
        handler = tls;
        ctx.pipeline().replace(this, null, tls);
    }

    /** What was agreed on; to be asked once the handshake has been completed. */
    public TlsSession session() {
        SSLSession session = Objects.requireNonNull(handler).engine().getSession();
        List<String> names = Objects.requireNonNull(shown).certified().names();
        return new TlsSession(
                session.getProtocol(), session.getCipherSuite(), names, hello.serverName(), identity(session));
    }

    /** Whether the client went on with an earlier session; only the native library tells. */
    public boolean isResumed() {
        return Objects.requireNonNull(handler).engine() instanceof ReferenceCountedOpenSslEngine engine
                && engine.sslPointer() != 0
                && SSL.isSessionReused(engine.sslPointer());
    }

    /**
     * Whether the client's certificate has ended: a session that goes on is not verified anew, and would outlive it.
     */
    public boolean isExpired() {
        if (Objects.requireNonNull(shown).config().clientCertificates() == TlsConfig.ClientCertificates.NONE) {
            return false;
        }
        try {
            return Objects.requireNonNull(handler).engine().getSession().getPeerCertificates()[0]
                            instanceof X509Certificate certificate
                    && certificate.getNotAfter().toInstant().isBefore(Instant.now());
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    /** The protocol that was chosen by ALPN; null for none. */
    public @Nullable String protocol() {
        return Objects.requireNonNull(handler).applicationProtocol();
    }

    private @Nullable Identifier identity(SSLSession session) {
        // Those of the certificate that was shown: others may be in force since.
        TlsConfig config = Objects.requireNonNull(shown).config();
        if (config.clientCertificates() == TlsConfig.ClientCertificates.NONE) {
            return null;
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            String identity = chain[0] instanceof X509Certificate certificate
                    ? CertificateIdentity.of(certificate, config.clientIdentity())
                    : null;
            return identity == null ? null : Identifier.certificate(identity);
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }
}
