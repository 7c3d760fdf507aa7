package app.rcommerce.gateway.idempotency;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldClasses;
import app.rcommerce.gateway.http.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form of an answer as bytes: its version, its status, its fields, each with the lengths of name and value, and its
 * body. Stateless; any thread.
 */
public final class AnswerForm {

    private static final int VERSION = 1;

    private AnswerForm() {}

    /**
     * Whether an answer is kept with this field: not what belongs to one connection or one delivery. {@code Set-Cookie}
     * is, since the answer is repeated to the same caller alone.
     *
     * @param name in lower case
     */
    public static boolean isKept(String name) {
        return name.equals("set-cookie") || FieldClasses.isStored(name);
    }

    /** The answer as bytes. */
    public static byte[] write(Reply answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(answer.body().length + 512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeShort(answer.status());
            out.writeInt(answer.fields().size());
            for (Field field : answer.fields()) {
                write(out, field.name());
                write(out, field.value());
            }
            out.write(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** The answer of these bytes; null where they are none. */
    public static @Nullable Reply read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != VERSION) {
                return null;
            }
            int status = in.readUnsignedShort();
            int count = in.readInt();
            List<Field> fields = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                fields.add(new Field(text(in), text(in)));
            }
            return status < 200 || status > 599 ? null : new Reply(status, fields, in.readAllBytes());
        } catch (IOException e) {
            return null;
        }
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a field that is longer than the answer");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
