package app.rcommerce.gateway.server.redis.resp;

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
 * A decoder of RESP2 and RESP3: texts and simple strings become {@code String}, numbers {@code Long}, booleans
 * {@code Boolean}, nulls {@link Nothing}, lists, maps and sets {@code List}, errors {@link Refused}, and pushed
 * messages {@link Pushed}. Of a text only the first MiB is kept. Sizes that Redis would not send are a
 * {@link DecoderException}, before they take memory. Confined to its event loop.
 */
public final class RespDecoder extends ByteToMessageDecoder {

    /** A null. */
    public enum Nothing {
        NOTHING
    }

    /** An error in place of an answer. */
    public record Refused(String why) {}

    /** A message that answers nothing. */
    public record Pushed(List<Object> parts) {}

    private static final int LONGEST_LINE = 1 << 16;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int MOST_ITEMS = 1 << 20;
    private static final int FIRST_ITEMS = 16;
    private static final int MOST_DIGITS = 18;
    private static final int DEEPEST = 8;

    /** A list that is not yet complete. */
    private static final class Open {
        private final boolean push;
        private final List<Object> items;
        private int missing;

        Open(boolean push, int items) {
            this.push = push;
            this.items = new ArrayList<>(Math.min(items, FIRST_ITEMS));
            this.missing = items;
        }

        Object whole() {
            return push ? new Pushed(items) : items;
        }
    }

    private final Deque<Open> open = new ArrayDeque<>();
    /** The length of the text that comes next; -1 where a line comes next. */
    private long textLength = -1;

    private boolean textIsError;
    /** How much of what comes next belongs to a text that has been handed on. */
    private long rest;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (rest > 0) {
            skip(in);
            return;
        }
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

    private void skip(ByteBuf in) {
        int now = (int) Math.min(rest, in.readableBytes());
        in.skipBytes(now);
        rest -= now;
    }

    private @Nullable Object text(ByteBuf in) {
        int kept = (int) Math.min(textLength, LONGEST_TEXT);
        if (in.readableBytes() < kept + 2) {
            return null;
        }
        String text = in.toString(in.readerIndex(), kept, StandardCharsets.UTF_8);
        in.skipBytes(kept + 2);
        rest = textLength - kept;
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
        int at = in.readerIndex();
        int end = at + length - 1;
        in.skipBytes(length + 1);
        char type = (char) in.getByte(at);
        return switch (type) {
            case '+', ',', '(' -> words(in, at + 1, end);
            case '-' -> new Refused(words(in, at + 1, end));
            case ':' -> number(in, at + 1, end, Long.MIN_VALUE, Long.MAX_VALUE);
            case '#' -> in.getByte(at + 1) == 't';
            case '_' -> Nothing.NOTHING;
            case '$', '=', '!' -> beginText(type, number(in, at + 1, end, -1, Long.MAX_VALUE / 2));
            case '*', '~' -> beginList(false, (int) number(in, at + 1, end, -1, MOST_ITEMS));
            case '>' -> beginList(true, (int) number(in, at + 1, end, 1, MOST_ITEMS));
            case '%' -> beginList(false, 2 * (int) number(in, at + 1, end, 0, MOST_ITEMS));
            default -> throw new DecoderException("Redis has sent a value of an unknown kind");
        };
    }

    private static String words(ByteBuf in, int from, int end) {
        return in.toString(from, end - from, StandardCharsets.UTF_8);
    }

    private @Nullable Object beginText(char type, long length) {
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

    private static long number(ByteBuf in, int from, int end, long least, long most) {
        boolean negative = in.getByte(from) == '-';
        int at = negative || in.getByte(from) == '+' ? from + 1 : from;
        long number = 0;
        if (end - at > MOST_DIGITS) {
            number = longer(words(in, at, end));
        } else {
            expect(at < end, "no number where one belongs");
            for (; at < end; at++) {
                int digit = in.getByte(at) - '0';
                expect(digit >= 0 && digit <= 9, "no number where one belongs");
                number = number * 10 + digit;
            }
        }
        number = negative ? -number : number;
        expect(number >= least && number <= most, "a number out of bounds");
        return number;
    }

    /** A number of so many digits that it may be none that fits. */
    private static long longer(String digits) {
        try {
            return Long.parseLong(digits);
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
