package app.rcommerce.gateway.server.protocol.websocket;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A slow and plain reading of the frames of a whole byte array, which the walker is compared with. */
final class ReferenceWalk {

    final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    final List<String> events = new ArrayList<>();
    boolean atBoundary = true;
    boolean faulty;

    /** Reads until the end, a fault or a close frame; pongs with this content are swallowed. */
    ReferenceWalk(byte[] bytes, boolean masked, int reservedBits, long mostMessage, String swallowed) {
        int at = 0;
        boolean midMessage = false;
        BigInteger message = BigInteger.ZERO;
        while (bytes.length - at >= 2) {
            int first = bytes[at] & 0xff;
            int second = bytes[at + 1] & 0xff;
            int opcode = first % 16;
            boolean control = opcode >= 8;
            int seven = second % 128;
            boolean bad = (first & 0x70 & ~reservedBits) != 0
                    || !List.of(0, 1, 2, 8, 9, 10).contains(opcode)
                    || second >= 128 != masked
                    || (control && (first < 128 || seven > 125 || (first & 0x70) != 0))
                    || (opcode == 8 && seven == 1)
                    || (!control && (opcode == 0) != midMessage);
            if (bad) {
                faulty = true;
                return;
            }
            int extended = control || seven < 126 ? 0 : seven == 126 ? 2 : 8;
            int header = 2 + extended + (masked ? 4 : 0);
            if (bytes.length - at < header) {
                return;
            }
            BigInteger length = extended == 0
                    ? BigInteger.valueOf(seven)
                    : new BigInteger(1, Arrays.copyOfRange(bytes, at + 2, at + 2 + extended));
            if ((extended == 2 && length.intValue() < 126)
                    || (extended == 8 && (length.bitLength() > 63 || length.bitLength() < 17))) {
                faulty = true;
                return;
            }
            int available =
                    length.min(BigInteger.valueOf(bytes.length - at - header)).intValue();
            if (control) {
                if (available < seven) {
                    return;
                }
                byte[] content = Arrays.copyOfRange(bytes, at + header, at + header + seven);
                for (int i = 0; masked && i < content.length; i++) {
                    content[i] ^= bytes[at + 2 + i % 4];
                }
                if (opcode == 8) {
                    int code = seven == 0 ? 1005 : (content[0] & 0xff) * 256 + (content[1] & 0xff);
                    if (seven > 0
                            && (code < 1000
                                    || (code > 1003 && code < 1007)
                                    || (code > 1014 && code < 3000)
                                    || code > 4999)) {
                        faulty = true;
                        return;
                    }
                    events.add("close " + code);
                    passed.write(bytes, at, header + seven);
                    return;
                }
                events.add((opcode == 9 ? "ping " : "pong ") + Arrays.toString(content));
                if (!(opcode == 10 && Arrays.toString(content).equals(swallowed))) {
                    passed.write(bytes, at, header + seven);
                }
                at += header + seven;
                continue;
            }
            message = opcode == 0 ? message.add(length) : length;
            events.add((opcode == 0 ? "more " : "message ") + message.min(BigInteger.valueOf(Long.MAX_VALUE)));
            if (message.compareTo(BigInteger.valueOf(mostMessage)) > 0) {
                faulty = true;
                return;
            }
            midMessage = first < 128;
            passed.write(bytes, at, header + available);
            at += header + available;
            if (BigInteger.valueOf(available).compareTo(length) < 0) {
                atBoundary = false;
                return;
            }
        }
    }
}
