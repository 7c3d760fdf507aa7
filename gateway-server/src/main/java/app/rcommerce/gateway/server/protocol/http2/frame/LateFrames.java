package app.rcommerce.gateway.server.protocol.http2.frame;

/**
 * The streams of one connection that were reset last: what a client had sent before it learned of that is ignored (RFC
 * 9113 §5.1), but not without end. Confined to one event loop.
 */
public final class LateFrames {

    private static final int STREAMS = 128;
    /** Frames of one stream that may still be on their way: as many as its window has room for, if they are small. */
    private static final int MOST = 256;

    private static final int[] NONE = {};

    private int[] streams = NONE;
    private int[] left = NONE;
    private int next;

    public LateFrames() {}

    public void add(int stream) {
        if (streams.length == 0) {
            // Most connections reset nothing.
            streams = new int[STREAMS];
            left = new int[STREAMS];
        }
        streams[next] = stream;
        left[next] = MOST;
        next = (next + 1) % STREAMS;
    }

    /** Whether a frame of this stream is late, rather than wrong. */
    public boolean isLate(int stream) {
        for (int i = 0; i < streams.length; i++) {
            if (streams[i] == stream) {
                return --left[i] >= 0;
            }
        }
        return false;
    }
}
