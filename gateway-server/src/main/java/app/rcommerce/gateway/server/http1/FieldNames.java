package app.rcommerce.gateway.server.http1;

/** What a field may be called (RFC 9110 §5.1). Pure. */
public final class FieldNames {

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '!'; c <= '~'; c++) {
            TOKEN[c] = "()<>@,;:\\\"/[]?={}".indexOf(c) < 0;
        }
    }

    private FieldNames() {}

    /** Whether the octet may stand in a token (RFC 9110 §5.6.2). */
    public static boolean isTokenOctet(int octet) {
        return octet >= 0 && octet < TOKEN.length && TOKEN[octet];
    }

    /** Whether the text is a token. */
    public static boolean isToken(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenOctet(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
