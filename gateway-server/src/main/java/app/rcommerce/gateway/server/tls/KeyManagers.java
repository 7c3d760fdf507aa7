package app.rcommerce.gateway.server.tls;

import app.rcommerce.gateway.tls.CertifiedKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/** Certificates with their keys as the JDK hands them to TLS. Stateless. */
public final class KeyManagers {

    /** Of a key store that never leaves this process. */
    private static final char[] PASSWORD = "in memory".toCharArray();

    private KeyManagers() {}

    /**
     * The factory of a key manager that shows this certificate.
     *
     * @throws GeneralSecurityException where the JDK cannot use it
     */
    public static KeyManagerFactory of(CertifiedKey certified) throws GeneralSecurityException {
        KeyStore store = emptyStore();
        store.setKeyEntry("own", certified.key(), PASSWORD, certified.chain().toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD);
        return factory;
    }

    /**
     * The factory of trust in those whom one of the authorities has signed.
     *
     * @throws GeneralSecurityException where the JDK cannot use one of them
     */
    public static TrustManagerFactory trust(List<X509Certificate> authorities) throws GeneralSecurityException {
        KeyStore store = emptyStore();
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("authority " + store.size(), authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    /** An empty key store in memory. */
    public static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("nothing is read", e);
        }
        return store;
    }
}
