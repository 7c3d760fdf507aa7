package app.rcommerce.gateway.server.protocol.websocket;

import app.rcommerce.gateway.http.WebSocketHandshake;
import app.rcommerce.gateway.server.testing.RawUpstream;
import java.io.DataInputStream;
import java.io.IOException;

/** An upstream of WebSockets for tests. */
final class SocketServer {

    private SocketServer() {}

    /** Answers with 101, with more lines of the head, each ended by CRLF. */
    static void accept(RawUpstream.Exchange x, String fields) throws IOException {
        x.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + WebSocketHandshake.accept(x.field("sec-websocket-key")) + "\r\n" + fields
                + "\r\n");
    }

    /** A masked frame, whose content is given without the mask. */
    static SocketClient.Frame read(RawUpstream.Exchange x) throws IOException {
        DataInputStream in = new DataInputStream(x.in());
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length < 128) {
            throw new IOException("a frame without a mask");
        }
        length -= 128;
        long bytes = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        byte[] key = in.readNBytes(4);
        byte[] content = in.readNBytes((int) bytes);
        for (int i = 0; i < content.length; i++) {
            content[i] ^= key[i & 3];
        }
        return new SocketClient.Frame(first, content);
    }

    /** Accepts, sends back what comes, and answers a close frame. */
    static void echo(RawUpstream.Exchange x) throws IOException {
        echo(x, "");
    }

    /** The same with more lines of the head, each ended by CRLF. */
    static void echo(RawUpstream.Exchange x, String fields) throws IOException {
        accept(x, fields);
        SocketClient.Frame frame = read(x);
        while (frame.opcode() != FrameWalker.CLOSE) {
            int first = frame.opcode() == FrameWalker.PING ? Frames.FIN | FrameWalker.PONG : frame.first();
            x.out().write(Frames.frame(first, false, frame.content()));
            x.out().flush();
            frame = read(x);
        }
        x.out().write(Frames.frame(frame.first(), false, frame.content()));
        x.out().flush();
        x.socket().close();
    }

    /** A gateway that relays everything, with so many event loops and this {@code websocket}. */
    static String config(int port, int workers, String webSocket) {
        return """
                [server]
                listen = ["127.0.0.1:0"]
                workers = %d
                shutdown_grace = "2s"
                trusted_proxies = ["127.0.0.0/8"]
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                timeout = "2s"
                connect_timeout = "1s"
                [[routes]]
                name = "plain"
                path = "/plain/**"
                upstream = "origin"
                [[routes]]
                name = "live"
                path = "/**"
                upstream = "origin"
                websocket = { %s }
                """.formatted(workers, port, webSocket);
    }
}
