package app.rcommerce.gateway.server.redis.tracking;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of RESP3, as far as tracking connections need it: texts and simple strings become {@code String} (a byte a
 * character), numbers {@code Long}, booleans {@code Boolean}, nulls {@link Nothing}, lists, maps and sets {@code List},
 * errors {@link Refused}, and pushed messages {@link Pushed}. Sizes that Redis would not send are a
 * {@link DecoderException}, before they take memory. Confined to its event loop.
 */
final class RespDecoder extends ByteToMessageDecoder {

    /** A null of RESP3. */
    enum Nothing {
        NOTHING
    }

    /** An error in place of an answer. */
    record Refused(String why) {}

    /** A message that answers nothing. */
    record Pushed(List<Object> parts) {}

    private static final int LONGEST_LINE = 1 << 16;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int MOST_ITEMS = 1 << 20;
    private static final int DEEPEST = 8;

    /** A list that is not yet complete. */
    private static final class Open {
        private final boolean push;
        private final List<Object> items = new ArrayList<>();
        private int missing;

        Open(boolean push, int items) {
            this.push = push;
            this.missing = items;
        }

        Object whole() {
            return push ? new Pushed(items) : items;
        }
    }

    private final Deque<Open> open = new ArrayDeque<>();
    /** The length of the text that comes next; -1 where a line comes next. */
    private int textLength = -1;

    private boolean textIsError;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        Object value = textLength >= 0 ? text(in) : line(in);
        while (value != null) {
            Open list = open.peek();
            if (list == null) {
                out.add(value);
                return;
            }
            list.items.add(value);
            list.missing--;
            value = list.missing == 0 ? open.pop().whole() : null;
        }
    }

    private @Nullable Object text(ByteBuf in) {
        if (in.readableBytes() < textLength + 2) {
            return null;
        }
        String text = in.toString(in.readerIndex(), textLength, StandardCharsets.ISO_8859_1);
        in.skipBytes(textLength + 2);
        textLength = -1;
        return textIsError ? new Refused(text) : text;
    }

    /** The value of a line, or null where none is complete: the line has not ended, or begins something longer. */
    private @Nullable Object line(ByteBuf in) {
        int length = in.bytesBefore((byte) '\n');
        if (length < 0) {
            expect(in.readableBytes() <= LONGEST_LINE, "a line without an end");
            return null;
        }
        expect(length >= 2, "an empty line");
        char type = (char) in.readByte();
        String rest = in.toString(in.readerIndex(), length - 2, StandardCharsets.ISO_8859_1);
        in.skipBytes(length);
        return switch (type) {
            case '+', ',', '(' -> rest;
            case '-' -> new Refused(rest);
            case ':' -> number(rest, Long.MIN_VALUE, Long.MAX_VALUE);
            case '#' -> rest.equals("t");
            case '_' -> Nothing.NOTHING;
            case '$', '=', '!' -> beginText(type, (int) number(rest, -1, LONGEST_TEXT));
            case '*', '~' -> beginList(false, (int) number(rest, -1, MOST_ITEMS));
            case '>' -> beginList(true, (int) number(rest, 1, MOST_ITEMS));
            case '%' -> beginList(false, 2 * (int) number(rest, 0, MOST_ITEMS));
            default -> throw new DecoderException("Redis has sent a value of an unknown kind");
        };
    }

    private @Nullable Object beginText(char type, int length) {
        if (length < 0) {
            return Nothing.NOTHING;
        }
        textLength = length;
        textIsError = type == '!';
        return null;
    }

    private @Nullable Object beginList(boolean push, int items) {
        if (items <= 0) {
            return items < 0 ? Nothing.NOTHING : List.of();
        }
        expect(open.size() < DEEPEST, "lists in lists");
        open.push(new Open(push, items));
        return null;
    }

    private static long number(String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            expect(number >= least && number <= most, "a number out of bounds");
            return number;
        } catch (NumberFormatException e) {
            throw new DecoderException("Redis has sent no number where one belongs");
        }
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new DecoderException("Redis has sent " + otherwise);
        }
    }
}
