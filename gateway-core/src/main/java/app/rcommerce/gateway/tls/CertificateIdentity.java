package app.rcommerce.gateway.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who a client is by the certificate that it has shown. Stateless. */
public final class CertificateIdentity {

    /**
     * The kinds of alternative names that tell who somebody is, best first: URI, DNS name, mail (RFC 5280 §4.2.1.6).
     */
    private static final List<Integer> KINDS = List.of(6, 2, 1);

    private CertificateIdentity() {}

    /** The identity; null where the certificate does not have what it is taken from. */
    public static @Nullable String of(X509Certificate certificate, ClientIdentity from) {
        String text = switch (from) {
            case SUBJECT -> certificate.getSubjectX500Principal().getName();
            case SAN -> alternative(certificate);
        };
        return text == null || text.isEmpty() ? null : text;
    }

    private static @Nullable String alternative(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return null;
        }
        if (names == null) {
            return null;
        }
        for (int kind : KINDS) {
            for (List<?> name : names) {
                if (Integer.valueOf(kind).equals(name.get(0)) && name.get(1) instanceof String text) {
                    return text;
                }
            }
        }
        return null;
    }
}
