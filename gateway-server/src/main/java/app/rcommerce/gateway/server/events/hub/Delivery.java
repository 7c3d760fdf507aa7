package app.rcommerce.gateway.server.events.hub;

import app.rcommerce.gateway.server.memory.MemoryBudget;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicMessage;
import app.rcommerce.gateway.topic.message.Published;
import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message of a topic on its way to clients: it is put into each form once, when the first client needs it, and the
 * bytes are shared by all. Reference counted; safe for any thread.
 */
public final class Delivery extends AbstractReferenceCounted {

    private static final int FINAL_TEXT = 0x81;

    private final String topic;
    private final @Nullable Position position;
    private final String json;
    private final MemoryBudget budget;
    private @Nullable ByteBuf frame;
    private @Nullable ByteBuf event;
    private int idAt;

    /**
     * A message that waits to be delivered.
     *
     * @param budget what bytes are taken from
     */
    public Delivery(String topic, TopicMessage message, MemoryBudget budget) {
        this.topic = topic;
        this.position = message.position();
        this.json = Published.json(message.data());
        this.budget = budget;
    }

    /** The place of the message; null where the topic keeps none. */
    public @Nullable Position position() {
        return position;
    }

    /** About how many bytes a client is sent. */
    public int size() {
        return json.length() + topic.length();
    }

    /** A frame of WebSocket with the message; the caller releases it. */
    public synchronized ByteBuf frame() {
        ByteBuf made = frame;
        if (made == null) {
            made = SharedBytes.of(frame(message()), budget);
            frame = made;
        }
        return made.retainedDuplicate();
    }

    private String message() {
        StringBuilder text = new StringBuilder(json.length() + topic.length() + 64)
                .append("{\"topic\":\"")
                .append(topic);
        if (position != null) {
            text.append("\",\"id\":\"").append(position.epoch()).append('.').append(position.offset());
        }
        return text.append("\",\"data\":").append(json).append('}').toString();
    }

    /** A frame of a text, as a server sends it (RFC 6455 §5.2). */
    public static byte[] frame(String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        int length = content.length;
        int header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
        byte[] bytes = new byte[header + length];
        bytes[0] = (byte) FINAL_TEXT;
        if (header == 2) {
            bytes[1] = (byte) length;
        } else {
            bytes[1] = (byte) (header == 4 ? 126 : 127);
            for (int i = header - 1, rest = length; i > 1; i--, rest >>>= 8) {
                bytes[i] = (byte) rest;
            }
        }
        System.arraycopy(content, 0, bytes, header, length);
        return bytes;
    }

    /** An event with the message and its position as its id; the caller releases it. */
    public synchronized ByteBuf event() {
        return made().retainedDuplicate();
    }

    /** The same without the id and the end of the event. */
    public synchronized ByteBuf eventWithoutId() {
        return made().retainedSlice(0, idAt);
    }

    private ByteBuf made() {
        ByteBuf made = event;
        if (made == null) {
            String begin = "event: " + topic + "\ndata: " + lines(json) + "\n";
            byte[] head = begin.getBytes(StandardCharsets.UTF_8);
            byte[] id = (position == null ? "\n" : "id: " + position + "\n\n").getBytes(StandardCharsets.US_ASCII);
            byte[] all = new byte[head.length + id.length];
            System.arraycopy(head, 0, all, 0, head.length);
            System.arraycopy(id, 0, all, head.length, id.length);
            idAt = head.length;
            made = SharedBytes.of(all, budget);
            event = made;
        }
        return made;
    }

    /** Text of several lines, each of which is data; between the values of JSON their number means nothing. */
    private static String lines(String json) {
        if (json.indexOf('\n') < 0 && json.indexOf('\r') < 0) {
            return json;
        }
        return json.replace("\r\n", "\n").replace('\r', '\n').replace("\n", "\ndata: ");
    }

    @Override
    protected void deallocate() {
        if (frame != null) {
            frame.release();
        }
        if (event != null) {
            event.release();
        }
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
