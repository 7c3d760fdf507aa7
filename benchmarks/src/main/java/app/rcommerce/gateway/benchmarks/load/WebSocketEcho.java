package app.rcommerce.gateway.benchmarks.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;

/**
 * An origin that takes WebSockets and sends back what small frames hold: for comparisons of relays, on one thread.
 *
 * <p>{@code WebSocketEcho PORT}, on 127.0.0.1, until it is ended.
 */
public final class WebSocketEcho {

    /** Of the key that {@link WebSocketLoad} sends (RFC 6455 §1.3). */
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final int PING = 9;
    private static final int PONG = 10;

    private static final class Client {
        private ByteBuffer in = ByteBuffer.allocate(2048);
        private boolean open;
    }

    private WebSocketEcho() {}

    /** Serves until it is ended. */
    public static void main(String[] arguments) throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel listening = ServerSocketChannel.open();
        listening.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 4096);
        listening.configureBlocking(false);
        listening.register(selector, SelectionKey.OP_ACCEPT);
        while (true) {
            selector.select();
            for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                SelectionKey key = keys.next();
                keys.remove();
                if (key.isAcceptable()) {
                    accept(listening, selector);
                } else {
                    serve(key);
                }
            }
        }
    }

    private static void accept(ServerSocketChannel listening, Selector selector) throws IOException {
        for (SocketChannel client = listening.accept(); client != null; client = listening.accept()) {
            client.configureBlocking(false);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.register(selector, SelectionKey.OP_READ, new Client());
        }
    }

    private static void serve(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        Client client = (Client) key.attachment();
        try {
            if (channel.read(client.in) < 0) {
                channel.close();
            } else if (client.open) {
                echo(channel, client.in);
            } else if (new String(client.in.array(), 0, client.in.position(), ISO_8859_1).endsWith("\r\n\r\n")) {
                client.open = true;
                client.in = ByteBuffer.allocate(512);
                channel.write(ByteBuffer.wrap(("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                                + "Upgrade: websocket\r\nSec-WebSocket-Accept: " + ACCEPT + "\r\n\r\n")
                        .getBytes(ISO_8859_1)));
            }
        } catch (IOException e) {
            channel.close();
        }
    }

    /** Sends back the whole frames that have arrived: masked ones of fewer than 126 bytes. */
    private static void echo(SocketChannel channel, ByteBuffer in) throws IOException {
        in.flip();
        ByteBuffer out = ByteBuffer.allocate(512);
        while (in.remaining() >= 2 && in.remaining() >= 6 + (in.get(in.position() + 1) & 0x7f)) {
            int first = in.get();
            int length = in.get() & 0x7f;
            byte[] mask = new byte[4];
            in.get(mask);
            int kind = first & 0xf;
            if (kind != PONG) {
                out.put((byte) (kind == PING ? 0x80 | PONG : first)).put((byte) length);
            }
            for (int i = 0; i < length; i++) {
                byte octet = (byte) (in.get() ^ mask[i & 3]);
                if (kind != PONG) {
                    out.put(octet);
                }
            }
        }
        in.compact();
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }
}
