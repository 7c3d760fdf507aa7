package app.rcommerce.gateway.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of WebSocket's opening handshake (RFC 6455 §4) as pure functions. Any thread. */
public final class WebSocketHandshake {

    /** The only version there is. */
    public static final String VERSION = "13";

    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    private WebSocketHandshake() {}

    /** Whether a field {@code Sec-WebSocket-Key} of these lines is one: 16 bytes in base64. */
    public static boolean isKey(List<String> lines) {
        if (lines.size() != 1) {
            return false;
        }
        try {
            // The decoder alone would take a key without its padding.
            return lines.getFirst().length() == 24 && Base64.getDecoder().decode(lines.getFirst()).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The value of {@code Sec-WebSocket-Accept} that answers a key. */
    public static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /**
     * What is wrong with the answer of a server that switches protocols (RFC 6455 §4.1), in a few words; null where
     * nothing is.
     */
    public static @Nullable String faultOf(Headers asked, Headers answered) {
        List<String> accepts = answered.all("sec-websocket-accept");
        List<String> keys = asked.all("sec-websocket-key");
        if (keys.size() != 1
                || accepts.size() != 1
                || !accept(keys.getFirst()).equals(accepts.getFirst().trim())) {
            return "an answer that does not belong to the key of the handshake";
        }
        List<String> protocols = answered.all("sec-websocket-protocol");
        if (protocols.size() > 1
                || !elements(asked.all("sec-websocket-protocol"))
                        .containsAll(protocols.stream().map(String::trim).toList())) {
            return "a subprotocol that nobody has asked for";
        }
        Set<String> offered = extensions(asked);
        return offered.containsAll(extensions(answered)) ? null : "an extension that nobody has asked for";
    }

    /** The names of the extensions that a head has, in lower case. */
    public static Set<String> extensions(Headers head) {
        Set<String> names = new HashSet<>();
        for (String element : elements(head.all("sec-websocket-extensions"))) {
            int end = element.indexOf(';');
            names.add((end < 0 ? element : element.substring(0, end)).trim().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    /**
     * The reserved bits of a frame's first byte that these extensions may use: the first one for compression (RFC 7692
     * §6), and any for extensions that are not known here.
     */
    public static int reservedBits(Set<String> extensions) {
        if (extensions.isEmpty()) {
            return 0;
        }
        return extensions.equals(Set.of("permessage-deflate")) ? 0x40 : 0x70;
    }

    /** The elements of a list; commas within quotes do not occur in what is compared here. */
    private static Set<String> elements(List<String> lines) {
        Set<String> elements = new HashSet<>();
        for (String line : lines) {
            for (String element : line.split(",", -1)) {
                if (!element.isBlank()) {
                    elements.add(element.trim());
                }
            }
        }
        return elements;
    }
}
