package app.rcommerce.gateway.topic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A topic of a route, or one for each user: {@code orders:{user}}. Immutable.
 *
 * @param template the name, in which one of the parts between colons may be {@code {user}}
 * @param scopes the scopes that a caller must have
 * @param channel where messages are published, with {@code {topic}} for the name of the topic
 * @param history how much of it is kept
 * @param reliable whether whoever publishes keeps the message too, as the gateway does, so that none is lost while
 *     nobody listens
 * @param latest whether a new subscriber is sent the newest message
 * @param presence whether it is counted who is there, and subscribers may ask
 */
public record TopicRule(
        String template,
        List<String> scopes,
        String channel,
        History history,
        boolean reliable,
        boolean latest,
        boolean presence) {

    /** What stands for the caller in a template. */
    public static final String USER = "{user}";

    /** What a template is, for messages. */
    public static final String EXPECTED =
            TopicName.FORM + ", in which {user} may stand for one of the parts between colons" + TopicName.EXCEPTIONS;

    /** The first part of a user's name that is the digest of a longer one: no part of a template may look like it. */
    private static final String DIGEST = "sha256";

    private static final String TOPIC = "{topic}";

    public TopicRule {
        scopes = List.copyOf(scopes);
    }

    /** Whether the text is a template. */
    public static boolean isTemplate(String text) {
        String[] parts = text.split(":", -1);
        int users = 0;
        for (String part : parts) {
            if (part.equals(USER)) {
                users++;
            } else if (part.isEmpty() || part.equals(DIGEST) || part.contains(USER)) {
                return false;
            }
        }
        return users <= 1 && TopicName.isName(text.replace(USER, "u"));
    }

    /** Whether it is for callers only that are known. */
    public boolean needsCaller() {
        return isPersonal() || !scopes.isEmpty();
    }

    /** Whether there is a topic for each user. */
    public boolean isPersonal() {
        return template.contains(USER);
    }

    /**
     * The name for this user, whose value has no character that could end its part: {@link TopicName} is checked by
     * whoever compares.
     */
    public String name(String user) {
        return template.replace(USER, user);
    }

    /** Whether the name is that of some user's, or the topic itself. */
    public boolean hasForm(String name) {
        if (!isPersonal()) {
            return template.equals(name);
        }
        int at = template.indexOf(USER);
        String before = template.substring(0, at);
        String after = template.substring(at + USER.length());
        if (name.length() <= before.length() + after.length() || !name.startsWith(before) || !name.endsWith(after)) {
            return false;
        }
        String user = name.substring(before.length(), name.length() - after.length());
        return user.indexOf(':') < 0 || (user.startsWith(DIGEST + ":") && user.indexOf(':') == user.lastIndexOf(':'));
    }

    /** Whether some name is of both, so that one topic would be two. */
    public boolean overlaps(TopicRule other) {
        String[] one = template.split(":", -1);
        String[] two = other.template.split(":", -1);
        if (one.length != two.length) {
            return false;
        }
        for (int i = 0; i < one.length; i++) {
            if (!one[i].equals(two[i]) && !one[i].equals(USER) && !two[i].equals(USER)) {
                return false;
            }
        }
        return true;
    }

    /** How the store hears the topic of this name. */
    public TopicFeed feed(String name) {
        return new TopicFeed(name, channel.replace(TOPIC, name), history, reliable);
    }

    /** The same without what each route says for itself: what all routes must say alike. */
    TopicRule shared() {
        return new TopicRule(template, List.of(), channel, history, reliable, false, false);
    }

    /** Whether both say the same of how the topic is heard and kept. */
    public boolean hasSameFeed(TopicRule other) {
        return shared().equals(other.shared());
    }

    /** Whether both are published on one channel, of which different amounts are kept, or in different ways. */
    public boolean contradicts(TopicRule other) {
        return channel.replace(TOPIC, template).equals(other.channel.replace(TOPIC, other.template))
                && !(history.equals(other.history) && reliable == other.reliable);
    }

    /** The rule of these that has this name; null where none has. */
    static @Nullable TopicRule of(List<TopicRule> rules, String name) {
        for (TopicRule rule : rules) {
            if (rule.hasForm(name)) {
                return rule;
            }
        }
        return null;
    }
}
