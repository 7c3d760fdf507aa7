package app.rcommerce.gateway.server.redis.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes commands: lists of texts, each with its length in front. Stateless. */
public final class RespWriter {

    private static final int CRLF = '\r' << 8 | '\n';

    private RespWriter() {}

    /** Writes a whole command. */
    public static void command(ByteBuf out, List<String> words) {
        begin(out, words.size());
        for (String word : words) {
            text(out, word);
        }
    }

    /** Begins a command of so many words, its name included. */
    public static void begin(ByteBuf out, int words) {
        length(out, '*', words);
    }

    /** Writes one word, in UTF-8. */
    public static void text(ByteBuf out, String word) {
        length(out, '$', ByteBufUtil.utf8Bytes(word));
        ByteBufUtil.writeUtf8(out, word);
        out.writeShort(CRLF);
    }

    /** Writes one word that is bytes. */
    public static void bytes(ByteBuf out, byte[] word) {
        length(out, '$', word.length);
        out.writeBytes(word).writeShort(CRLF);
    }

    private static void length(ByteBuf out, char kind, int number) {
        out.writeByte(kind);
        if (number < 10) {
            out.writeByte('0' + number);
        } else if (number < 100) {
            out.writeByte('0' + number / 10).writeByte('0' + number % 10);
        } else {
            out.writeCharSequence(Integer.toString(number), StandardCharsets.US_ASCII);
        }
        out.writeShort(CRLF);
    }
}
