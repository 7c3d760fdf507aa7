package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.webhook.BodySignature;
import app.rcommerce.gateway.webhook.BodySignature.Algorithm;
import app.rcommerce.gateway.webhook.BodySignature.Encoding;
import app.rcommerce.gateway.webhook.WebhookScheme;
import app.rcommerce.gateway.webhook.WebhookSecret;
import app.rcommerce.gateway.webhook.WebhookVerifier;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code verify} of a route: by which signature it is known who has sent a webhook. */
final class VerifyReader {

    private static final String EXAMPLE = "{ scheme = \"stripe\", secrets = [\"${STRIPE_WEBHOOK_SECRET}\"] }";
    private static final Form<WebhookScheme> SCHEME = Form.oneOf(WebhookScheme.byText());
    private static final Form<String> HEADER =
            Form.matching("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}", "the name of a field, such as \"X-Signature\"");
    private static final Form<String> PREFIX =
            Form.matching("[ -~]{0,64}", "what stands before the signature, such as \"sha256=\"");
    private static final List<String> OF_HMAC = List.of("header", "algorithm", "encoding", "prefix");
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private VerifyReader() {}

    /** The verifier; null where the route has none, or after reporting what is wrong with it. */
    static @Nullable WebhookVerifier read(Section route) {
        if (!route.has("verify")) {
            return null;
        }
        // Who takes it for a text has perhaps written the secret there.
        route.keepSecret("verify");
        Section verify = route.table("verify", EXAMPLE);
        if (!verify.isPresent()) {
            return null;
        }
        WebhookScheme scheme = verify.required("scheme", SCHEME);
        List<WebhookSecret> secrets = secrets(verify, scheme);
        Duration tolerance = verify.duration("tolerance", TOLERANCE, Duration.ofSeconds(1), Duration.ofDays(1));
        if (scheme != null && !scheme.isTimed() && verify.has("tolerance")) {
            verify.problem("tolerance", "none, since no time is signed by scheme = \"" + scheme.text() + "\"");
        }
        boolean isHmac = scheme == WebhookScheme.HMAC;
        BodySignature form = form(verify, isHmac);
        if (scheme == null || secrets.isEmpty() || (isHmac && form == null)) {
            return null;
        }
        return new WebhookVerifier(scheme, secrets, tolerance, isHmac ? form : null);
    }

    private static List<WebhookSecret> secrets(Section verify, @Nullable WebhookScheme scheme) {
        return scheme == WebhookScheme.STANDARD_WEBHOOKS
                ? WebhookSecretsReader.read(
                        verify, "secrets", secret -> secret.decoded() != null, WebhookSecret.EXPECTED)
                : WebhookSecretsReader.read(verify, "secrets", secret -> true, WebhookSecretsReader.EXPECTED);
    }

    private static @Nullable BodySignature form(Section verify, boolean isHmac) {
        String header = isHmac ? verify.required("header", HEADER) : verify.text("header", HEADER);
        Algorithm algorithm = verify.choice("algorithm", Algorithm.SHA256);
        Encoding encoding = verify.choice("encoding", Encoding.HEX);
        String prefix = verify.text("prefix", PREFIX, "");
        if (!isHmac && !verify.isFaulty("scheme")) {
            for (String key : OF_HMAC) {
                if (verify.has(key)) {
                    verify.problem(key, "none, since only scheme = \"hmac\" has one");
                }
            }
        }
        return header == null ? null : new BodySignature(header, algorithm, encoding, prefix);
    }
}
