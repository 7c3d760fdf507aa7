package app.rcommerce.gateway.server.tls;

import app.rcommerce.gateway.tls.ServerNames;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself at the beginning of a handshake, as far as it decides which certificate it is shown (RFC
 * 8446 §4.1.2, §4.2.3; RFC 6066 §3). Immutable.
 *
 * @param serverName that the client asks for, in lower case; null for none
 * @param takesEcdsa whether it verifies signatures of elliptic curves, and has a cipher suite for them
 * @param takesRsa whether it verifies signatures of RSA
 * @param takesEd25519 whether it verifies signatures of Ed25519
 */
record ClientHello(@Nullable String serverName, boolean takesEcdsa, boolean takesRsa, boolean takesEd25519) {

    /** What is assumed of a client whose message cannot be read here; the handshake will say what is wrong with it. */
    static final ClientHello UNKNOWN = new ClientHello(null, true, true, false);

    private static final int VERSION_AND_RANDOM = 34;
    private static final int SERVER_NAME = 0;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int MOST_NAME = 255;
    private static final int ED25519 = 0x0807;

    /** The message without its header of type and length; its indices are not moved. */
    static ClientHello of(ByteBuf message) {
        try {
            return parse(message.slice());
        } catch (IndexOutOfBoundsException e) {
            return UNKNOWN;
        }
    }

    private static ClientHello parse(ByteBuf in) {
        in.skipBytes(VERSION_AND_RANDOM);
        in.skipBytes(in.readUnsignedByte());
        boolean ecdsaSuite = hasEcdsaSuite(in.readSlice(in.readUnsignedShort()));
        in.skipBytes(in.readUnsignedByte());
        if (!in.isReadable()) {
            return UNKNOWN;
        }
        ByteBuf extensions = in.readSlice(in.readUnsignedShort());
        String name = null;
        boolean ecdsa = true;
        boolean rsa = true;
        boolean ed25519 = false;
        while (extensions.isReadable()) {
            int type = extensions.readUnsignedShort();
            ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
            if (type == SERVER_NAME) {
                name = serverName(content);
            } else if (type == SIGNATURE_ALGORITHMS) {
                ecdsa = false;
                rsa = false;
                ByteBuf schemes = content.readSlice(content.readUnsignedShort());
                while (schemes.isReadable()) {
                    int scheme = schemes.readUnsignedShort();
                    // The second octet of the older schemes names the kind of key (RFC 5246 §7.4.1.4.1).
                    ecdsa |= scheme < 0x0700 && (scheme & 0xff) == 3;
                    rsa |= (scheme < 0x0700 && (scheme & 0xff) == 1) || (scheme >= 0x0804 && scheme <= 0x0806);
                    ed25519 |= scheme == ED25519;
                }
            }
        }
        return new ClientHello(name, ecdsa && ecdsaSuite, rsa, ed25519 && ecdsaSuite);
    }

    /** Whether a suite of TLS 1.3, which go with any certificate, or one of TLS 1.2 with ECDSA is among them. */
    private static boolean hasEcdsaSuite(ByteBuf suites) {
        while (suites.isReadable()) {
            int suite = suites.readUnsignedShort();
            boolean tls13 = suite >= 0x1301 && suite <= 0x1305;
            // ECDHE_ECDSA with AES-GCM, ChaCha20, and the older CBC suites.
            boolean ecdsa = suite == 0xc02b || suite == 0xc02c || suite == 0xcca9 || suite == 0xc009 || suite == 0xc00a;
            if (tls13 || ecdsa) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String serverName(ByteBuf content) {
        if (!content.isReadable()) {
            return null;
        }
        ByteBuf names = content.readSlice(content.readUnsignedShort());
        while (names.isReadable()) {
            int type = names.readUnsignedByte();
            ByteBuf name = names.readSlice(names.readUnsignedShort());
            if (type == 0 && name.isReadable() && name.readableBytes() <= MOST_NAME) {
                return ServerNames.canonical(name.toString(StandardCharsets.US_ASCII));
            }
        }
        return null;
    }
}
