package app.rcommerce.gateway.server.protocol.http2.field;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldNames;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.message.CommonFields;
import app.rcommerce.gateway.server.message.ResponseHead;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one header section that is sent, in the order in which they are encoded: the status first, names in
 * lower case. It can be put together anew once it has been encoded. Confined to one event loop.
 */
public final class AnswerFields extends OneWayFields {

    private static final AsciiString STATUS = AsciiString.cached(":status");

    private final List<CharSequence> names = new ArrayList<>(16);
    private final List<CharSequence> values = new ArrayList<>(16);

    public AnswerFields() {}

    /** Begins anew with this status. */
    public AnswerFields of(HttpResponseStatus status) {
        names.clear();
        values.clear();
        names.add(STATUS);
        values.add(status.codeAsText());
        return this;
    }

    /** Adds the fields of a message, without those that HTTP/2 does not have. */
    public AnswerFields with(HttpHeaders fields) {
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fields.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            CharSequence name = lower(field.getKey());
            if (!name.isEmpty() && name.charAt(0) != ':' && !HttpHeaderNames.TRANSFER_ENCODING.contentEquals(name)) {
                names.add(name);
                values.add(field.getValue());
            }
        }
        return this;
    }

    /**
     * Adds the fields of an answer of our own.
     *
     * @throws IllegalArgumentException where a field holds what no field can, naming it
     */
    public AnswerFields with(Reply reply) {
        List<Field> fields = reply.fields();
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            if (!FieldNames.isToken(field.name()) || hasControl(field.value())) {
                throw new IllegalArgumentException("a field " + field.name().replaceAll("[^!-~]", "?") + " of "
                        + field.value().length()
                        + " characters (expected: a token, and a value without control characters)");
            }
            names.add(lower(field.name()));
            values.add(field.value());
        }
        if (reply.status() != 304 && reply.status() != 204) {
            names.add(HttpHeaderNames.CONTENT_LENGTH);
            values.add(Integer.toString(reply.body().length));
        }
        return this;
    }

    private static boolean hasControl(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return true;
            }
        }
        return false;
    }

    private static CharSequence lower(CharSequence name) {
        return name instanceof AsciiString ascii
                ? ascii.toLowerCase()
                : name.toString().toLowerCase(Locale.ROOT);
    }

    /** Fields that are other ones in each answer, which would only fill the table, and those that are secret. */
    public static boolean isNeverIndexed(CharSequence name, CharSequence value) {
        int length = name.length();
        return (length == CommonFields.X_REQUEST_ID.length() && CommonFields.X_REQUEST_ID.contentEquals(name))
                || (length == HttpHeaderNames.SET_COOKIE.length() && HttpHeaderNames.SET_COOKIE.contentEquals(name));
    }

    @Override
    public int size() {
        return names.size();
    }

    @Override
    public boolean isEmpty() {
        return names.isEmpty();
    }

    @Override
    public @Nullable CharSequence status() {
        return names.isEmpty() || !STATUS.contentEquals(names.getFirst()) ? null : values.getFirst();
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        return new Fields();
    }

    /** Goes through the fields with one entry for all of them: whoever encodes them keeps none. */
    private final class Fields
            implements Iterator<Map.Entry<CharSequence, CharSequence>>, Map.Entry<CharSequence, CharSequence> {

        private int at = -1;

        @Override
        public boolean hasNext() {
            return at + 1 < names.size();
        }

        @Override
        public Map.Entry<CharSequence, CharSequence> next() {
            at++;
            return this;
        }

        @Override
        public CharSequence getKey() {
            return names.get(at);
        }

        @Override
        public CharSequence getValue() {
            return values.get(at);
        }

        @Override
        public CharSequence setValue(CharSequence value) {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public @Nullable CharSequence method() {
        return null;
    }

    @Override
    public @Nullable CharSequence scheme() {
        return null;
    }

    @Override
    public @Nullable CharSequence authority() {
        return null;
    }

    @Override
    public @Nullable CharSequence path() {
        return null;
    }

    @Override
    public boolean contains(CharSequence name, CharSequence value, boolean caseInsensitive) {
        throw new UnsupportedOperationException();
    }

    /** Sees to it that the length in a head is that of content that such an answer may have (RFC 9110 §8.6). */
    public static void settleLength(ResponseHead head) {
        if (head.code() == 204) {
            head.fields().remove(HttpHeaderNames.CONTENT_LENGTH);
        } else if (head.code() == 205) {
            head.fields().set(HttpHeaderNames.CONTENT_LENGTH, "0");
        }
    }
}
