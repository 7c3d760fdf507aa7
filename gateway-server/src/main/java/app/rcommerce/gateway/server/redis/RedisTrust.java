package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig.RedisTls;
import app.rcommerce.gateway.tls.CertifiedKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom connections to Redis trust, and what certificate they show, as the JDK's factories. Stateless. */
final class RedisTrust {

    /** Of a key store that never leaves this process. */
    private static final char[] PASSWORD = "in memory".toCharArray();

    private RedisTrust() {}

    /** The factory of trust in the configured authorities; null for the JDK's own. */
    static @Nullable TrustManagerFactory of(RedisTls tls) {
        if (tls.authorities().isEmpty()) {
            return null;
        }
        try {
            KeyStore store = empty();
            List<X509Certificate> authorities = tls.authorities();
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority " + i, authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cache.redis.tls.ca: the certificates cannot be used", e);
        }
    }

    /** The factory of the certificate that is shown; null for none. */
    static @Nullable KeyManagerFactory shown(RedisTls tls) {
        CertifiedKey client = tls.client();
        if (client == null) {
            return null;
        }
        try {
            KeyStore store = empty();
            store.setKeyEntry("client", client.key(), PASSWORD, client.chain().toArray(Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, PASSWORD);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cache.redis.tls.cert: the certificate cannot be used", e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
