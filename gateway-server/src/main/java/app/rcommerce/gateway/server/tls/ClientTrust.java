package app.rcommerce.gateway.server.tls;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whose certificates clients may show, for the native library: what is wrong with one is told by the alert that says so
 * (RFC 8446 §6.2), not as an error of ours. Immutable; safe for any thread.
 */
final class ClientTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager authorities;

    private ClientTrust(X509ExtendedTrustManager authorities) {
        this.authorities = authorities;
    }

    /** Trust in those whom one of the authorities has signed. */
    static ClientTrust of(List<X509Certificate> authorities) throws GeneralSecurityException {
        for (TrustManager one : KeyManagers.trust(authorities).getTrustManagers()) {
            if (one instanceof X509ExtendedTrustManager manager) {
                return new ClientTrust(manager);
            }
        }
        throw new GeneralSecurityException("no trust manager for certificates");
    }

    private static CertificateException told(CertificateException why) {
        int code = CertificateVerifier.X509_V_ERR_CERT_REJECTED;
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                code = CertificateVerifier.X509_V_ERR_CERT_HAS_EXPIRED;
            } else if (cause instanceof CertificateNotYetValidException) {
                code = CertificateVerifier.X509_V_ERR_CERT_NOT_YET_VALID;
            } else if (cause instanceof CertPathBuilderException && cause.getCause() == null) {
                code = CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
            }
        }
        return new OpenSslCertificateException(why.getMessage(), why, code);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        try {
            authorities.checkClientTrusted(chain, type, engine);
        } catch (CertificateException e) {
            throw told(e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        try {
            authorities.checkClientTrusted(chain, type);
        } catch (CertificateException e) {
            throw told(e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw servers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw servers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw servers();
    }

    private static CertificateException servers() {
        return new CertificateException("certificates of clients are looked at only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
