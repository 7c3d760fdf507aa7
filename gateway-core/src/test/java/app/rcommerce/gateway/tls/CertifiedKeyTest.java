package app.rcommerce.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates and keys as the usual tools write them, and what cannot be used of them. */
class CertifiedKeyTest {

    private static String file(String name) {
        try {
            return Files.readString(Path.of("src/test/resources/tls", name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.pem, rsa.pkcs8.key, RSA",
        "rsa.pem, rsa.pkcs1.key, RSA",
        "ec.pem, ec.pkcs8.key, EC",
        "ec.pem, ec.sec1.key, EC",
        "ec.text.pem, ec.sec1.key, EC",
        "chain.pem, ec.sec1.key, EC",
        "ed.pem, ed.key, EdDSA",
    })
    void eachUsualFormOfAKeyIsRead(String certificate, String key, String kind) throws Exception {
        CertifiedKey read = CertifiedKey.read(file(certificate), file(key));

        assertThat(read.kind()).isEqualTo(kind);
        assertThat(read.chain()).hasSize(certificate.equals("chain.pem") ? 2 : 1);
        assertThat(read.begin()).isBefore(read.end());
    }

    @Test
    void namesAreThoseOfTheExtensionAndElseTheCommonName() throws Exception {
        assertThat(CertifiedKey.read(file("ec.pem"), file("ec.sec1.key")).names())
                .containsExactly("ec.example", "*.ec.example", "::1");
        assertThat(CertifiedKey.read(file("rsa.pem"), file("rsa.pkcs1.key")).names())
                .containsExactly("rsa.example");
    }

    @ParameterizedTest
    @CsvSource({
        "ec.pem, rsa.pkcs8.key, true, the private key of the certificate",
        "rsa.pem, ec.sec1.key, true, the private key of the certificate",
        "ec.pem, ec.encrypted.key, true, a private key without a password",
        "ec.pem, ec.pem, true, a private key in PEM",
        "ec.sec1.key, ec.sec1.key, false, a certificate in PEM",
    })
    void whatCannotBeUsedIsSaidWithoutAnythingOfIt(String certificate, String key, boolean isOfKey, String expected) {
        var unusable = catchThrowableOfType(
                CertifiedKey.Unusable.class, () -> CertifiedKey.read(file(certificate), file(key)));

        assertThat(unusable).hasMessage(expected);
        assertThat(unusable.isOfKey()).isEqualTo(isOfKey);
    }

    /** A file that is being written: wherever it ends, it is not taken for whole. */
    @ParameterizedTest
    @ValueSource(strings = {"ec.pem", "chain.pem"})
    void aCertificateThatIsHalfWrittenIsNotUsed(String name) {
        String whole = file(name).strip();
        String key = file("ec.sec1.key");
        for (int length = 0; length < whole.length(); length++) {
            String half = whole.substring(0, length);
            boolean wholeCertificates = half.endsWith("-----END CERTIFICATE-----")
                    || half.stripTrailing().endsWith("-----END CERTIFICATE-----")
                    || half.matches("(?s).*-----END CERTIFICATE-----\\s*(-+[A-Z ]*)?(?<!BEGIN CERTIFICATE-----)");
            if (!wholeCertificates) {
                assertThat(catchThrowableOfType(CertifiedKey.Unusable.class, () -> CertifiedKey.read(half, key)))
                        .as("the first %d characters", length)
                        .isNotNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec.sec1.key", "ec.pkcs8.key", "rsa.pkcs1.key", "rsa.pkcs8.key", "ed.key"})
    void aKeyThatIsHalfWrittenIsNotUsed(String name) {
        String whole = file(name).strip();
        String certificate = file(name.startsWith("ed") ? "ed.pem" : name.startsWith("ec") ? "ec.pem" : "rsa.pem");
        for (int length = 0; length < whole.length(); length += 3) {
            String half = whole.substring(0, length);
            assertThat(catchThrowableOfType(CertifiedKey.Unusable.class, () -> CertifiedKey.read(certificate, half)))
                    .as("the first %d characters", length)
                    .isNotNull();
        }
    }

    /** Lengths and tags of a key may say anything: it is refused, and nothing else happens. */
    @Test
    void aKeyWithBrokenBytesIsNotUsed() {
        String pem = file("ec.sec1.key");
        int begin = pem.indexOf("-----BEGIN EC PRIVATE KEY-----") + "-----BEGIN EC PRIVATE KEY-----".length();
        byte[] der = Base64.getMimeDecoder().decode(pem.substring(begin, pem.indexOf("-----END EC PRIVATE")));
        for (int at = 0; at < der.length; at++) {
            for (int value : new int[] {0, 0x7f, 0x80, 0x84, 0xff}) {
                byte[] broken = der.clone();
                broken[at] = (byte) value;
                String text = "-----BEGIN EC PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(broken) + "\n-----END EC PRIVATE KEY-----\n";
                try {
                    CertifiedKey.read(file("ec.pem"), text);
                } catch (CertifiedKey.Unusable e) {
                    assertThat(e.isOfKey()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ec.example, true",
        "EC.example., true",
        "a.ec.example, true",
        "a.b.ec.example, false",
        "xec.example, false",
        ".ec.example, false",
        "example, false",
        "[::1], true",
        "0:0:0:0:0:0:0:1, true",
        "127.0.0.1, false",
        "ignored.example, false",
    })
    void aCertificateIsForItsNamesAlone(String host, boolean covered) throws Exception {
        assertThat(CertifiedKey.read(file("ec.pem"), file("ec.sec1.key")).covers(host))
                .isEqualTo(covered);
    }

    @Test
    void aClientIsWhoItsCertificateSays() throws Exception {
        var certificate = CertifiedKey.certificates(file("ec.pem")).getFirst();

        assertThat(CertificateIdentity.of(certificate, ClientIdentity.SUBJECT)).isEqualTo("CN=ignored.example");
        assertThat(CertificateIdentity.of(certificate, ClientIdentity.SAN)).isEqualTo("EC.example");
        assertThat(CertificateIdentity.of(
                        CertifiedKey.certificates(file("rsa.pem")).getFirst(), ClientIdentity.SAN))
                .isNull();
    }
}
