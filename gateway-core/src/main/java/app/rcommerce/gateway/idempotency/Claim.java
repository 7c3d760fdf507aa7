package app.rcommerce.gateway.idempotency;

import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.identity.Identifier;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * The claim of one request on its idempotency key. Immutable.
 *
 * @param key the digest of the route, the caller and the client's key: 64 hexadecimal digits, so that no two callers
 *     share a key, and no text of a client stands in a store
 * @param fingerprint the digest of the request, by which another request with the same key is known
 * @param holder names the request itself, so that nobody else ends what it has begun
 */
public record Claim(String key, String fingerprint, String holder) {

    /**
     * What a request is known by.
     *
     * @param method of the request
     * @param host it was sent to, without a port: nodes may be reached by several
     * @param target as it came
     * @param body the raw content
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Requested(String method, String host, String target, byte[] body) {

        private String digest() {
            byte[] head = (method + '\n' + host + '\n' + target + '\n').getBytes(StandardCharsets.UTF_8);
            byte[] whole = new byte[head.length + body.length];
            System.arraycopy(head, 0, whole, 0, head.length);
            System.arraycopy(body, 0, whole, head.length, body.length);
            return HexFormat.of().formatHex(Digests.sha256(whole));
        }
    }

    /**
     * The claim of a request that has just come.
     *
     * @param route its name
     * @param caller everything that is known of who calls; the address where that is nothing
     * @param clientKey the client's key
     */
    public static Claim of(String route, Collection<Identifier> caller, String clientKey, Requested requested) {
        String callers = caller.stream().map(Identifier::toString).collect(Collectors.joining(" "));
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new Claim(
                // None of the parts has a line feed.
                Digests.sha256Hex(route + '\n' + callers + '\n' + clientKey),
                requested.digest(),
                Long.toHexString(random.nextLong()) + '.' + Long.toHexString(random.nextLong()));
    }
}
