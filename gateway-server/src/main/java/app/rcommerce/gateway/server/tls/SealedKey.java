package app.rcommerce.gateway.server.tls;

import app.rcommerce.gateway.config.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are stored where others can read: encrypted with AES-256-GCM under a key made of a secret, together with
 * the period that they are for, so that one cannot be put in the place of another. Immutable; safe for any thread.
 */
final class SealedKey {

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final String PURPOSE = "keys of session tickets, version 1";

    private final SecretKeySpec key;
    private final SecureRandom random;

    SealedKey(Secret secret, SecureRandom random) {
        this.random = random;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.value().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            this.key = new SecretKeySpec(mac.doFinal(PURPOSE.getBytes(StandardCharsets.UTF_8)), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has HmacSHA256", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, long period) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(ByteBuffer.allocate(Long.BYTES).putLong(0, period));
        return cipher;
    }

    /** The sealed form of a key for a period, in base64. */
    String seal(byte[] plain, long period) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, period).doFinal(plain);
            byte[] all = Arrays.copyOf(nonce, NONCE + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE, sealed.length);
            return Base64.getEncoder().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has AES/GCM/NoPadding", e);
        }
    }

    /** The key in a text; null where it was sealed under another secret, for another period, or by nobody. */
    byte @Nullable [] open(String text, long period) {
        try {
            byte[] all = Base64.getDecoder().decode(text);
            if (all.length <= NONCE) {
                return null;
            }
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE), period)
                    .doFinal(all, NONCE, all.length - NONCE);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return null;
        }
    }
}
