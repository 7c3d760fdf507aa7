package app.rcommerce.gateway.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A certificate with its chain and its private key, as a server shows it. Immutable; safe for any thread.
 *
 * @param chain the certificate, then those of its issuers, at least one
 * @param key the private key of the first certificate
 * @param names that the certificate is for, in lower case: DNS names, some beginning with {@code *.}, and addresses
 */
public record CertifiedKey(List<X509Certificate> chain, PrivateKey key, List<String> names) {

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN CERTIFICATE-----");
    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    public CertifiedKey {
        chain = List.copyOf(chain);
        names = List.copyOf(names);
    }

    /**
     * Why a certificate or a key cannot be used; the message says what was expected, and nothing of what stands there.
     */
    public static final class Unusable extends Exception {

        private static final long serialVersionUID = 1L;

        private final boolean isOfKey;

        Unusable(boolean isOfKey, String expected) {
            super(expected, null, false, false);
            this.isOfKey = isOfKey;
        }

        /** Whether the key is at fault, rather than the certificate. */
        public boolean isOfKey() {
            return isOfKey;
        }
    }

    /**
     * Reads a chain and its key, and makes sure that they belong together.
     *
     * @param certificates in PEM, the server's own first
     * @param key in PEM
     * @throws Unusable where one of them cannot be read, or the key is another certificate's
     */
    public static CertifiedKey read(String certificates, String key) throws Unusable {
        List<X509Certificate> chain = certificates(certificates);
        PrivateKey secret;
        try {
            secret = PrivateKeys.read(key);
        } catch (GeneralSecurityException e) {
            throw new Unusable(true, String.valueOf(e.getMessage()));
        }
        X509Certificate first = chain.getFirst();
        if (!belongs(secret, first)) {
            throw new Unusable(true, "the private key of the certificate");
        }
        return new CertifiedKey(chain, secret, names(first));
    }

    /**
     * Reads certificates in PEM.
     *
     * @throws Unusable where there is none, or one of them is not whole
     */
    public static List<X509Certificate> certificates(String pem) throws Unusable {
        int begun = (int) BEGIN.matcher(pem).results().count();
        List<X509Certificate> chain = new ArrayList<>();
        if (begun > 0) {
            try {
                // What stands before and between, such as the text of a certificate, is skipped.
                Collection<?> read = CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
                read.forEach(one -> chain.add((X509Certificate) one));
            } catch (CertificateException e) {
                throw new Unusable(false, "certificates in PEM, each of them whole");
            }
        }
        if (chain.isEmpty() || chain.size() != begun) {
            throw new Unusable(false, begun == 0 ? "a certificate in PEM" : "certificates in PEM, each of them whole");
        }
        return chain;
    }

    /** Whether what the key signs the certificate verifies. */
    private static boolean belongs(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] text = new byte[32];
        new SecureRandom().nextBytes(text);
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            byte[] signature = signing.sign();
            signing.initVerify(certificate.getPublicKey());
            signing.update(text);
            return signing.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The names of the extension for them (RFC 5280 §4.2.1.6); where there is none, the common name of old. */
    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        Collection<List<?>> alternatives;
        try {
            alternatives = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            alternatives = null;
        }
        if (alternatives != null) {
            for (List<?> one : alternatives) {
                int kind = (Integer) one.get(0);
                if ((kind == DNS || kind == ADDRESS) && one.get(1) instanceof String name) {
                    names.add(ServerNames.canonical(name));
                }
            }
        } else {
            names.addAll(commonNames(certificate));
        }
        return names;
    }

    private static List<String> commonNames(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(value -> value.toString().toLowerCase(Locale.ROOT))
                            .toList();
        } catch (InvalidNameException e) {
            return List.of();
        }
    }

    /** The kind of its key, such as {@code RSA} or {@code EC}. */
    public String kind() {
        return key.getAlgorithm();
    }

    /** When the first certificate of the chain to end does so. */
    public Instant end() {
        return chain.stream()
                .map(one -> one.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** When the last certificate of the chain to begin does so. */
    public Instant begin() {
        return chain.stream()
                .map(one -> one.getNotBefore().toInstant())
                .max(Instant::compareTo)
                .orElseThrow();
    }

    /** Whether the certificate is for this host, given in lower case. */
    public boolean covers(String host) {
        return ServerNames.cover(names, host);
    }

    @Override
    public String toString() {
        return names + " (" + kind() + ", until " + end() + ")";
    }
}
