package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.config.read.Section.Element;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.TopicRule;
import app.rcommerce.gateway.topic.TopicRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code topics} and {@code history} of routes, and checks that a topic is the same on all of them. */
final class TopicsReader {

    private static final Form<String> TEMPLATE =
            Form.of(TopicRule.EXPECTED, text -> TopicRule.isTemplate(text) ? text : null);
    private static final Form<String> SCOPE =
            Form.matching("[!#-\\[\\]-~]{1,128}", "a scope without spaces, such as \"orders:read\"");
    private static final Form<String> CHANNEL = Form.matching(
            "([!-z|~]|\\{topic}){1,128}",
            "the name of a channel: 1 to 128 visible ASCII characters, none a brace but those of {topic}");
    private static final int MOST_MESSAGES = 100_000;
    private static final History RELIABLE = new History(10_000, Duration.ofHours(1));

    /** How surely messages reach a client that comes back, as a word for what is kept of a topic. */
    private enum Delivery {
        /** Nothing is kept. */
        LIVE,
        /** A little is kept. */
        RECENT,
        /** Much is kept, by whoever publishes: the gateway. */
        RELIABLE
    }

    private enum Mode {
        /** A subscriber hears what is published from now on. */
        ALL,
        /** A subscriber is sent the newest message first. */
        LATEST
    }

    private record Seen(TopicRule rule, String at) {}

    private final String personal;
    private final List<Seen> seen = new ArrayList<>();

    /**
     * A reader of the topics of all routes.
     *
     * @param personal the channel of a topic of each user
     */
    TopicsReader(String personal) {
        this.personal = personal;
    }

    /**
     * Reads the topics of a route; those with problems are left out.
     *
     * @param heard whether the route's clients hear topics
     */
    TopicRules read(Section route, boolean heard) {
        History history = history(route, null);
        route.needElements("topics", "at least one topic, each " + TopicRule.EXPECTED);
        Form<TopicRule> plain = Form.of(
                TopicRule.EXPECTED,
                text -> TopicRule.isTemplate(text)
                        ? new TopicRule(
                                text,
                                List.of(),
                                usual(text),
                                history == null ? History.DEFAULT : history,
                                false,
                                false,
                                false)
                        : null);
        List<TopicRule> rules = new ArrayList<>();
        for (Element<TopicRule> element : route.elements("topics", plain, table -> rule(table, history, heard))) {
            if (isFirst(route, element)) {
                rules.add(element.value());
            }
        }
        return new TopicRules(rules);
    }

    private String usual(String template) {
        return template.contains(TopicRule.USER) ? personal : template;
    }

    private @Nullable TopicRule rule(Section table, @Nullable History ofRoute, boolean heard) {
        String template = table.required("name", TEMPLATE);
        List<String> scopes = table.texts("scopes", SCOPE);
        String channel = table.text("channel", CHANNEL);
        if (template != null && channel != null && template.contains(TopicRule.USER) && !channel.contains("{topic}")) {
            table.problem("channel", "one with {topic}, since there is a topic for each user");
        }
        Delivery delivery = table.choice("delivery", Delivery.RECENT);
        History own = history(table, delivery);
        History history = own != null
                ? own
                : switch (delivery) {
                    case LIVE -> History.NONE;
                    case RELIABLE -> RELIABLE;
                    case RECENT -> ofRoute == null ? History.DEFAULT : ofRoute;
                };
        Mode mode = heard ? table.choice("mode", Mode.ALL) : Mode.ALL;
        if (mode == Mode.LATEST && !history.isKept()) {
            table.problem("mode", "\"all\", since no message is kept of the topic");
        }
        boolean presence = heard && table.flag("presence", false);
        return template == null
                ? null
                : new TopicRule(
                        template,
                        scopes,
                        channel == null ? usual(template) : channel,
                        history,
                        delivery == Delivery.RELIABLE,
                        mode == Mode.LATEST,
                        presence);
    }

    /** What is kept as the table says; null where it says nothing. */
    private static @Nullable History history(Section above, @Nullable Delivery delivery) {
        Section section = above.table("history", "{ messages = 1000, age = \"10m\" }");
        int messages = section.integer("messages", History.DEFAULT.messages(), 0, MOST_MESSAGES);
        Duration age = section.duration("age", History.DEFAULT.age(), Duration.ofSeconds(1), Duration.ofDays(31));
        if (!section.isPresent()) {
            return null;
        }
        if (delivery == Delivery.LIVE) {
            above.problem("history", "none, since delivery = \"live\" keeps nothing");
        } else if (delivery == Delivery.RELIABLE && messages == 0) {
            section.problem("messages", "1 or more, since delivery = \"reliable\" keeps them");
        }
        return messages == 0 ? History.NONE : new History(messages, age);
    }

    /** Whether no name of the topic is that of another one, or it is the same one on another route. */
    private boolean isFirst(Section route, Element<TopicRule> element) {
        TopicRule rule = element.value();
        String different = null;
        for (Seen earlier : seen) {
            boolean here = earlier.at().startsWith(route.path() + ".topics");
            boolean same = earlier.rule().template().equals(rule.template());
            if (here && same) {
                route.problem(element, "each topic only once; first at " + earlier.at());
                return false;
            }
            if (!same && earlier.rule().overlaps(rule)) {
                route.problem(
                        element,
                        "a topic that no user's name makes the same as \""
                                + earlier.rule().template() + "\" of " + earlier.at());
                return false;
            }
            if (same && !earlier.rule().hasSameFeed(rule)) {
                different = earlier.at();
            }
            if (!same && earlier.rule().contradicts(rule)) {
                route.problem(
                        element,
                        "the same history and delivery as \"" + earlier.rule().template() + "\" of " + earlier.at()
                                + ", since both are published on the channel "
                                + earlier.rule().channel());
                return false;
            }
        }
        if (different != null) {
            route.problem(element, "the same channel and history as the topic has at " + different);
            return false;
        }
        seen.add(new Seen(rule, element.path()));
        return true;
    }
}
