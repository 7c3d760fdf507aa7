package app.rcommerce.gateway.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private keys in PEM (RFC 7468): PKCS #8 without a password, and the older forms of RSA (RFC 8017 §A.1.2) and of
 * elliptic curves (RFC 5915), which are put into PKCS #8 since the JDK reads nothing else. Stateless.
 */
final class PrivateKeys {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----([^-]*)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    /** Version 0 and the algorithm rsaEncryption (RFC 8017 §A.1). */
    private static final byte[] RSA = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");
    /** The identifier of the algorithm ecPublicKey (RFC 5480 §2.1.1). */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xa0;

    private PrivateKeys() {}

    /**
     * The first private key of the text.
     *
     * @throws GeneralSecurityException where there is none that can be read; the message says what was expected, and
     *     nothing of the text
     */
    static PrivateKey read(String pem) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeySpecException("a private key in PEM");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException("a private key in whole base64");
        }
        return switch (block.group(1)) {
            case "ENCRYPTED PRIVATE KEY" -> throw new InvalidKeySpecException("a private key without a password");
            case "RSA PRIVATE KEY" -> key(sequence(RSA, octets(der)));
            case "EC PRIVATE KEY" -> key(sequence(ellipticCurve(der), octets(der)));
            default -> key(der);
        };
    }

    private static PrivateKey key(byte[] pkcs8) throws InvalidKeySpecException, NoSuchAlgorithmException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                // It may be of another algorithm.
            }
        }
        throw new InvalidKeySpecException("a whole private key of RSA, of an elliptic curve, or of Ed25519");
    }

    /** Version 0 and the algorithm with the curve that the key of RFC 5915 names in its parameters. */
    private static byte[] ellipticCurve(byte[] der) throws InvalidKeySpecException {
        int at = skipHeader(der, 0);
        while (at < der.length) {
            int tag = der[at] & 0xff;
            int content = skipHeader(der, at);
            int end = content + length(der, at);
            if (end > der.length) {
                break;
            }
            if (tag == PARAMETERS) {
                byte[] curve = Arrays.copyOfRange(der, content, end);
                byte[] algorithm = sequence(EC, curve);
                return concat(new byte[] {2, 1, 0}, algorithm);
            }
            at = end;
        }
        throw new InvalidKeySpecException("a private key of an elliptic curve that names its curve");
    }

    private static int skipHeader(byte[] der, int at) throws InvalidKeySpecException {
        length(der, at);
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first - 0x80);
    }

    /** The length of the element at this place (X.690 §8.1.3). */
    private static int length(byte[] der, int at) throws InvalidKeySpecException {
        int first = at + 1 < der.length ? der[at + 1] & 0xff : 0xff;
        int more = first < 0x80 ? 0 : first - 0x80;
        if (more > 3 || at + 2 + more > der.length) {
            throw new InvalidKeySpecException("a whole private key");
        }
        int length = more == 0 ? first : 0;
        for (int i = 0; i < more; i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static byte[] octets(byte[] content) {
        return element(OCTETS, content);
    }

    private static byte[] sequence(byte[] first, byte[] second) {
        return element(SEQUENCE, concat(first, second));
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            out.write(0x83);
            out.write(content.length >> 16);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
