package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig.RedisTls;
import app.rcommerce.gateway.server.tls.KeyManagers;
import app.rcommerce.gateway.tls.CertifiedKey;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom connections to Redis trust, and what certificate they show, as the JDK's factories. Stateless. */
final class RedisTrust {

    private RedisTrust() {}

    /** The factory of trust in the configured authorities; null for the JDK's own. */
    static @Nullable TrustManagerFactory of(RedisTls tls) {
        if (tls.authorities().isEmpty()) {
            return null;
        }
        try {
            return KeyManagers.trust(tls.authorities());
        } catch (GeneralSecurityException e) {
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
            return KeyManagers.of(client);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cache.redis.tls.cert: the certificate cannot be used", e);
        }
    }
}
