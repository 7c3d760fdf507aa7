package app.rcommerce.gateway.server.protocol.http2.field;

import app.rcommerce.gateway.http.FieldNames;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one header section while it is decoded. It only collects: pseudo-fields are kept apart, each field is
 * checked as it comes (RFC 9113 §8.2), crumbs of {@code Cookie} are joined (§8.2.3), and beyond the bounds on their
 * number nothing more is kept. What is wrong is told when the section is whole. Confined to one event loop.
 */
public final class RequestFields extends OneWayFields {

    private static final AsciiString TRAILERS = AsciiString.cached("trailers");

    private final int maxFields;
    private final int maxCrumbs;
    private final HttpHeaders fields =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();

    private @Nullable CharSequence method;
    private @Nullable CharSequence scheme;
    private @Nullable CharSequence authority;
    private @Nullable CharSequence path;
    private @Nullable CharSequence host;
    private @Nullable CharSequence cookie;
    private @Nullable StringBuilder joined;
    private long contentLength = -1;
    private int count;
    private int crumbs;
    private boolean pseudo;
    private boolean tooMany;
    private String fault = "";

    public RequestFields(int maxFields, int maxCrumbs) {
        this.maxFields = maxFields;
        this.maxCrumbs = maxCrumbs;
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        if (tooMany || !fault.isEmpty()) {
            return this;
        }
        if (name.isEmpty()) {
            fault = "a field without a name";
        } else if (name.charAt(0) == ':') {
            addPseudo(name, value);
        } else if (HttpHeaderNames.COOKIE.contentEquals(name)) {
            addCrumb(value);
        } else if (++count > maxFields) {
            tooMany = true;
        } else {
            addField(name, value);
        }
        return this;
    }

    private void addPseudo(CharSequence name, CharSequence value) {
        pseudo = true;
        if (count > 0 || crumbs > 0) {
            fault = "a pseudo-field behind a field";
            return;
        }
        checkValue(value);
        switch (name.toString()) {
            case ":method" -> method = once(method, value);
            case ":scheme" -> scheme = once(scheme, value);
            case ":authority" -> authority = once(authority, value);
            case ":path" -> path = once(path, value);
            default -> fault = "a pseudo-field that requests do not have";
        }
    }

    private CharSequence once(@Nullable CharSequence before, CharSequence value) {
        if (before != null) {
            fault = "a pseudo-field twice";
        }
        return value;
    }

    private void addCrumb(CharSequence value) {
        checkValue(value);
        if (++crumbs > maxCrumbs || (crumbs == 1 && ++count > maxFields)) {
            tooMany = true;
        } else if (crumbs == 1) {
            cookie = value;
        } else {
            StringBuilder all = joined;
            if (all == null) {
                all = new StringBuilder().append(cookie);
                joined = all;
            }
            all.append("; ").append(value);
        }
    }

    private void addField(CharSequence name, CharSequence value) {
        checkName(name);
        checkValue(value);
        switch (name.length()) {
            case 2 -> {
                if (HttpHeaderNames.TE.contentEquals(name)) {
                    if (!TRAILERS.contentEqualsIgnoreCase(value)) {
                        fault = "a field te that says anything but trailers";
                    }
                    return;
                }
            }
            case 4 -> {
                if (HttpHeaderNames.HOST.contentEquals(name)) {
                    if (host != null) {
                        fault = "more than one Host";
                    }
                    host = value;
                    return;
                }
            }
            case 7, 10, 16, 17 -> {
                if (isOfAConnection(name)) {
                    fault = "a field of HTTP/1.1 connections";
                    return;
                }
            }
            case 14 -> {
                if (HttpHeaderNames.CONTENT_LENGTH.contentEquals(name)) {
                    addContentLength(value);
                }
            }
            default -> {
                // Nothing is known of it.
            }
        }
        fields.add(name, value);
    }

    private static boolean isOfAConnection(CharSequence name) {
        return HttpHeaderNames.UPGRADE.contentEquals(name)
                || HttpHeaderNames.CONNECTION.contentEquals(name)
                || AsciiString.contentEquals("keep-alive", name)
                || AsciiString.contentEquals("proxy-connection", name)
                || HttpHeaderNames.TRANSFER_ENCODING.contentEquals(name);
    }

    private void addContentLength(CharSequence value) {
        if (contentLength >= 0) {
            fault = "more than one Content-Length";
            return;
        }
        long length = 0;
        if (value.isEmpty() || value.length() > 18) {
            fault = "a Content-Length that is no number";
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                fault = "a Content-Length that is no number";
                return;
            }
            length = length * 10 + c - '0';
        }
        contentLength = length;
    }

    private void checkName(CharSequence name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!FieldNames.isTokenOctet(c) || (c >= 'A' && c <= 'Z')) {
                fault = "a field name with a character that it cannot hold, or in upper case";
                return;
            }
        }
    }

    private void checkValue(CharSequence value) {
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                fault = "a control character in a field value";
                return;
            }
        }
        if (length > 0 && (isBlank(value.charAt(0)) || isBlank(value.charAt(length - 1)))) {
            fault = "a field value with white space around it";
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Whether the section has more fields, or more crumbs of a cookie, than it may. */
    public boolean isTooMany() {
        return tooMany;
    }

    /** What is wrong with the section; empty where nothing is. */
    public String fault() {
        return fault;
    }

    public boolean hasPseudo() {
        return pseudo;
    }

    @Override
    public @Nullable CharSequence method() {
        return method;
    }

    @Override
    public @Nullable CharSequence scheme() {
        return scheme;
    }

    @Override
    public @Nullable CharSequence authority() {
        return authority;
    }

    @Override
    public @Nullable CharSequence path() {
        return path;
    }

    @Override
    public @Nullable CharSequence status() {
        return null;
    }

    @Nullable
    public CharSequence host() {
        return host;
    }

    /** The length that is declared; -1 where none is. */
    public long contentLength() {
        return contentLength;
    }

    /** The fields without the pseudo-fields and the host, with the cookie as one. */
    public HttpHeaders fields() {
        if (cookie != null) {
            fields.set(HttpHeaderNames.COOKIE, joined != null ? joined.toString() : cookie);
        }
        return fields;
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean contains(CharSequence name, CharSequence value, boolean caseInsensitive) {
        throw new UnsupportedOperationException();
    }
}
