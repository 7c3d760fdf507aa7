package app.rcommerce.gateway.server.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The keys that session tickets are encrypted with (RFC 5077 §4, RFC 8446 §4.6.1): the newest encrypts, the older ones
 * still decrypt. For one thread at a time.
 */
final class TicketKeys {

    /** Keys that are known at once: tickets live for two rotations at least. */
    private static final int MOST = 3;

    private final SecureRandom random = new SecureRandom();
    private List<byte[]> keys = List.of(made());

    private byte[] made() {
        byte[] key = new byte[OpenSslSessionTicketKey.TICKET_KEY_SIZE];
        random.nextBytes(key);
        return key;
    }

    /** Makes a new key the newest one, and forgets the oldest. */
    void rotate() {
        List<byte[]> all = new ArrayList<>();
        all.add(made());
        all.addAll(keys.subList(0, Math.min(keys.size(), MOST - 1)));
        keys = List.copyOf(all);
    }

    /** Has the context use the keys; the JDK's keeps its own. */
    void giveTo(SslContext context) {
        if (context instanceof ReferenceCountedOpenSslServerContext server) {
            server.sessionContext()
                    .setTicketKeys(keys.stream().map(TicketKeys::key).toArray(OpenSslSessionTicketKey[]::new));
        }
    }

    private static OpenSslSessionTicketKey key(byte[] bytes) {
        return new OpenSslSessionTicketKey(part(bytes, 0), part(bytes, 1), part(bytes, 2));
    }

    private static byte[] part(byte[] bytes, int index) {
        int length = OpenSslSessionTicketKey.NAME_SIZE;
        return Arrays.copyOfRange(bytes, index * length, (index + 1) * length);
    }
}
