package app.rcommerce.gateway.server.protocol.http2.frame;

/**
 * The streams of one connection that were reset last: what a client had sent before it learned of that is ignored (RFC
 * 9113 §5.1), but not without end. Confined to one event loop.
 */
public final class LateFrames {

    private static final int STREAMS = 128;
    /** Frames of one stream that may still be on their way: as many as its window has room for, if they are small. */
    private static final int MOST = 256;

    private final int[] streams = new int[STREAMS];
    private final int[] left = new int[STREAMS];
    private int next;

    public LateFrames() {}

    public void add(int stream) {
        streams[next] = stream;
        left[next] = MOST;
        next = (next + 1) % STREAMS;
    }

    /** Whether a frame of this stream is late, rather than wrong. */
    public boolean isLate(int stream) {
        for (int i = 0; i < STREAMS; i++) {
            if (streams[i] == stream) {
                return --left[i] >= 0;
            }
        }
        return false;
    }
}
