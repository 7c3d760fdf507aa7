package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.webhook.WebhookSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Reads lists of secrets of webhooks, which no message shows. Stateless. */
public final class WebhookSecretsReader {

    /** What any secret is, in words. */
    static final String EXPECTED = Form.NOT_EMPTY.expected("");

    private static final Form<Secret> SECRET = Form.of(EXPECTED, text -> text.isEmpty() ? null : new Secret(text));
    /** A change of secrets has two; each costs a hash of the content. */
    private static final int MOST = 8;

    private WebhookSecretsReader() {}

    /**
     * The secrets of a list; those that do not fit are reported and left out, and so is a list without any.
     *
     * @param fits whether one can be used
     * @param expected what can be used, in words
     */
    public static List<WebhookSecret> read(
            Section section, String key, Predicate<WebhookSecret> fits, String expected) {
        section.keepSecret(key);
        section.needElements(key, "at least one secret, each " + expected);
        List<WebhookSecret> secrets = new ArrayList<>();
        for (Section.Element<Secret> element : section.elements(key, SECRET)) {
            WebhookSecret secret = new WebhookSecret(element.value().value());
            if (fits.test(secret)) {
                secrets.add(secret);
            } else {
                section.problem(element, expected);
            }
        }
        if (secrets.size() > MOST) {
            section.problem(key, "at most " + MOST + " of them");
        }
        return secrets;
    }
}
