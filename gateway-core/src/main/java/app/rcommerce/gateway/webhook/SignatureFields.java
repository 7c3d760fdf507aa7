package app.rcommerce.gateway.webhook;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.webhook.BodySignature.Algorithm;
import app.rcommerce.gateway.webhook.BodySignature.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the fields of a webhook say of its signature, as far as they can be read. A field that stands there twice is
 * refused: whom it is for might take the other one. Stateless; any thread.
 */
sealed interface SignatureFields {

    /** Seconds since 1970, with one way to write each. */
    Pattern SECONDS = Pattern.compile("0|[1-9][0-9]{0,11}");

    /** An id that cannot run into what follows it, as the specification asks for. */
    Pattern ID = Pattern.compile("[\\x21-\\x2d\\x2f-\\x7e]{1,256}");

    /**
     * They can be read.
     *
     * @param before what is signed before the content
     * @param seconds the signed time in seconds since 1970; -1 where there is none
     * @param candidates the signatures, of which one must hold; at least one, each as long as the algorithm's
     */
    record Signatures(String before, long seconds, List<byte[]> candidates) implements SignatureFields {}

    /** They cannot be read, for a reason that holds nothing of them. */
    record Unreadable(String why) implements SignatureFields {}

    /** Which of these fields there is not, or more than once; null where each is there once. */
    private static @Nullable Unreadable notOne(Headers fields, String... names) {
        for (String name : names) {
            int lines = fields.all(name).size();
            if (lines != 1) {
                return new Unreadable("there is " + (lines == 0 ? "no " : "more than one ") + name);
            }
        }
        return null;
    }

    /** Those of Standard Webhooks 1.0.0. Signatures of other versions than v1 are skipped. */
    static SignatureFields standardWebhooks(Headers fields) {
        Unreadable wrong = notOne(fields, "webhook-id", "webhook-timestamp", "webhook-signature");
        if (wrong != null) {
            return wrong;
        }
        String message = fields.all("webhook-id").getFirst();
        String seconds = fields.all("webhook-timestamp").getFirst();
        String list = fields.all("webhook-signature").getFirst();
        if (!ID.matcher(message).matches()) {
            return new Unreadable("webhook-id is empty, too long, or has a full stop or a space");
        }
        if (!SECONDS.matcher(seconds).matches()) {
            return new Unreadable("webhook-timestamp is no number of seconds");
        }
        List<byte[]> candidates = new ArrayList<>();
        for (String signature : list.split(" ", -1)) {
            if (signature.startsWith("v1,")) {
                add(candidates, signature.substring(3), Encoding.BASE64);
            }
        }
        return candidates.isEmpty()
                ? new Unreadable("webhook-signature has no v1 signature of 32 bytes in base64")
                : new Signatures(message + "." + seconds + ".", Long.parseLong(seconds), candidates);
    }

    /** Those of Stripe. Schemes other than v1 are skipped, since v0 is one for tests. */
    static SignatureFields stripe(Headers fields) {
        Unreadable wrong = notOne(fields, "Stripe-Signature");
        if (wrong != null) {
            return wrong;
        }
        String list = fields.all("Stripe-Signature").getFirst();
        String time = null;
        List<byte[]> candidates = new ArrayList<>();
        for (String item : list.split(",", -1)) {
            int equals = item.indexOf('=');
            if (equals < 0) {
                return new Unreadable("Stripe-Signature is no list of name=value");
            }
            String value = item.substring(equals + 1).strip();
            switch (item.substring(0, equals).strip()) {
                case "t" -> {
                    if (time != null) {
                        return new Unreadable("Stripe-Signature has more than one t");
                    }
                    time = value;
                }
                case "v1" -> add(candidates, value, Encoding.HEX);
                default -> {
                    // Of another version.
                }
            }
        }
        if (time == null || !SECONDS.matcher(time).matches()) {
            return new Unreadable("Stripe-Signature has no t with a number of seconds");
        }
        return candidates.isEmpty()
                ? new Unreadable("Stripe-Signature has no v1 of 32 bytes in hex")
                : new Signatures(time + ".", Long.parseLong(time), candidates);
    }

    /** That of the content alone. */
    static SignatureFields ofBody(Headers fields, BodySignature form) {
        Unreadable wrong = notOne(fields, form.header());
        if (wrong != null) {
            return wrong;
        }
        String value = fields.all(form.header()).getFirst();
        byte @Nullable [] digest = value.startsWith(form.prefix())
                ? form.encoding()
                        .read(
                                value.substring(form.prefix().length()),
                                form.algorithm().length())
                : null;
        if (digest == null) {
            return new Unreadable(form.header() + " is not "
                    + (form.prefix().isEmpty() ? "" : "\"" + form.prefix() + "\" and ")
                    + form.algorithm().length() + " bytes in "
                    + (form.encoding() == Encoding.HEX ? "hex" : "base64"));
        }
        return new Signatures("", -1, List.of(digest));
    }

    private static void add(List<byte[]> candidates, String text, Encoding encoding) {
        byte[] digest = encoding.read(text, Algorithm.SHA256.length());
        if (digest != null) {
            candidates.add(digest);
        }
    }
}
