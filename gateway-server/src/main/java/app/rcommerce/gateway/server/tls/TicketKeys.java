package app.rcommerce.gateway.server.tls;

import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.store.TicketKeyStore;
import app.rcommerce.gateway.time.Clock;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that session tickets are encrypted with (RFC 5077 §4, RFC 8446 §4.6.1). Each period of eight hours has a key
 * of its own: that of the current one encrypts, those of the two before and of the next still, or already, decrypt.
 * Where the configuration has a secret the nodes share the keys by the store, sealed under it, and each learns the next
 * one ahead; else, and while the store is away, a node makes keys of its own. Safe for any thread.
 */
final class TicketKeys {

    /** How long a key encrypts. */
    static final Duration PERIOD = Duration.ofHours(8);

    private static final Logger LOG = LoggerFactory.getLogger(TicketKeys.class);
    /** How many periods a key still decrypts after its own. */
    private static final int PAST = 2;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    /** The keys by period; those that are this node's own are replaced once the store tells the shared one. */
    private final NavigableMap<Long, byte[]> keys = new TreeMap<>();

    private final NavigableMap<Long, byte[]> shared = new TreeMap<>();
    private @Nullable Secret secret;
    private boolean warned;

    TicketKeys(Clock clock) {
        this.clock = clock;
        turn();
    }

    private long period() {
        return Math.floorDiv(clock.millis(), PERIOD.toMillis());
    }

    /** Sees to it that the current period has a key, and forgets those that are too old; whether anything changed. */
    private synchronized boolean turn() {
        long now = period();
        boolean changed = keys.headMap(now - PAST).size() > 0 || !keys.containsKey(now);
        keys.headMap(now - PAST).clear();
        shared.headMap(now - PAST).clear();
        keys.computeIfAbsent(now, none -> made());
        return changed;
    }

    private byte[] made() {
        byte[] key = new byte[OpenSslSessionTicketKey.TICKET_KEY_SIZE];
        random.nextBytes(key);
        return key;
    }

    /**
     * Brings the keys up to date; {@code changed} runs where others are to be used than before, on the thread of the
     * store's answer, if not on this one.
     *
     * @param sharedUnder the secret under which the nodes share keys; null where each has its own
     */
    void refresh(TicketKeyStore store, @Nullable Secret sharedUnder, Runnable changed) {
        if (turn()) {
            // Without holding the lock: whoever is told takes one of its own.
            changed.run();
        }
        if (sharedUnder == null) {
            return;
        }
        SealedKey sealed = new SealedKey(sharedUnder, random);
        long now = period();
        missing(sharedUnder, now).forEach((period, proposed) -> {
            Duration life = PERIOD.multipliedBy(period - now + PAST + 1);
            ask(store, sealed, period, proposed, life, changed);
        });
    }

    /** The periods whose shared keys are not known, each with the key that this node proposes. */
    private synchronized Map<Long, byte[]> missing(Secret sharedUnder, long now) {
        if (!sharedUnder.equals(secret)) {
            secret = sharedUnder;
            shared.clear();
            warned = false;
        }
        Map<Long, byte[]> missing = new TreeMap<>();
        for (long period = now - PAST; period <= now + 1; period++) {
            if (!shared.containsKey(period)) {
                byte[] mine = keys.get(period);
                missing.put(period, mine == null ? made() : mine);
            }
        }
        return missing;
    }

    private void ask(
            TicketKeyStore store, SealedKey sealed, long period, byte[] proposed, Duration life, Runnable changed) {
        store.keep(period, sealed.seal(proposed, period), life).whenComplete((text, failure) -> {
            if (failure == null && told(sealed, period, text)) {
                changed.run();
            }
        });
    }

    /** Takes a key that the store has told; whether it is another than was used. */
    private synchronized boolean told(SealedKey sealed, long period, String text) {
        byte[] key = sealed.open(text, period);
        if (key == null || key.length != OpenSslSessionTicketKey.TICKET_KEY_SIZE) {
            if (!warned) {
                warned = true;
                LOG.warn("the keys of session tickets in the store cannot be opened with server.tls.ticket_secret:"
                        + " this node uses keys of its own (expected: the same secret on all nodes)");
            }
            return false;
        }
        shared.put(period, key);
        return !Arrays.equals(keys.put(period, key), key);
    }

    /** Has the context use the keys; the JDK's keeps its own. */
    synchronized void giveTo(SslContext context) {
        if (context instanceof ReferenceCountedOpenSslServerContext server) {
            long now = period();
            List<OpenSslSessionTicketKey> all = new ArrayList<>();
            // The first one encrypts: that of this period, or the newest before it.
            keys.headMap(now, true).descendingMap().values().forEach(key -> all.add(key(key)));
            keys.tailMap(now, false).values().forEach(key -> all.add(key(key)));
            server.sessionContext().setTicketKeys(all.toArray(OpenSslSessionTicketKey[]::new));
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
