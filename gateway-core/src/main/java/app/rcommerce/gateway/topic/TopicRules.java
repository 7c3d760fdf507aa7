package app.rcommerce.gateway.topic;

import app.rcommerce.gateway.identity.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The topics of a route, and who may have them. A name that is asked for is compared with names that are made from the
 * caller's own user; nothing is read out of it. Immutable.
 *
 * @param rules no two of which have a name in common
 */
public record TopicRules(List<TopicRule> rules) {

    /** What becomes of a name that is asked for. */
    public sealed interface Answer {}

    /** The caller may have the topic. */
    public record Granted(TopicRule rule, TopicFeed feed) implements Answer {}

    /** The reasons for which a caller may not have a topic. */
    public enum Refusal implements Answer {
        /** It is no name. */
        MALFORMED("BAD_TOPIC", "The topic has no name of " + TopicName.EXPECTED + "."),
        /** The route has no such topic. */
        UNKNOWN("UNKNOWN_TOPIC", "There is no such topic here."),
        /** Somebody else might have it, who has a credential. */
        ANONYMOUS("UNAUTHORIZED", "The topic needs a credential."),
        /** It is another user's, or the credential lacks a scope. */
        FORBIDDEN("FORBIDDEN", "The credential does not permit this topic.");

        private final String code;
        private final String message;

        Refusal(String code, String message) {
            this.code = code;
            this.message = message;
        }

        /** Stable, for programs. */
        public String code() {
            return code;
        }

        /** One sentence, for people. */
        public String message() {
            return message;
        }
    }

    public TopicRules {
        rules = List.copyOf(rules);
    }

    /** Whether the caller may have the topic of this name. */
    public Answer answer(String name, Caller caller) {
        if (!TopicName.isName(name)) {
            return Refusal.MALFORMED;
        }
        TopicRule rule = TopicRule.of(rules, name);
        if (rule == null) {
            return Refusal.UNKNOWN;
        }
        boolean anonymous = caller instanceof Caller.Anonymous;
        if (anonymous && rule.needsCaller()) {
            return Refusal.ANONYMOUS;
        }
        if (rule.isPersonal() && !isOwn(rule, name, caller.token())) {
            return Refusal.FORBIDDEN;
        }
        return caller.permits(rule.scopes()) ? new Granted(rule, rule.feed(name)) : Refusal.FORBIDDEN;
    }

    private static boolean isOwn(TopicRule rule, String name, Caller.@Nullable TokenCaller user) {
        return user != null && rule.name(user.identifier().value()).equals(name);
    }

    /** How the store hears the topic of this name, whoever may have it; null where the route has none. */
    public @Nullable TopicRule find(String name) {
        return TopicName.isName(name) ? TopicRule.of(rules, name) : null;
    }

    /** The only topic there is, where there is one for all users; else null. */
    public @Nullable String onlyName() {
        return rules.size() == 1 && !rules.getFirst().isPersonal()
                ? rules.getFirst().template()
                : null;
    }
}
