package app.rcommerce.gateway.config.cache;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads {@code [cache.redis.keys]}. A template has exactly the placeholder of its structure. The placeholder may stand
 * in another pair of braces, which stay in the key as the hash tag of a Redis Cluster:
 * {@code rate:limit:{{identifier}}}. Templates must differ in the text before the placeholder, so that no key can
 * belong to two structures, whatever an identifier holds.
 */
final class KeyTemplatesReader {

    /** The longest template, in characters: identifiers have up to 71, and keys should stay near 100. */
    private static final int LONGEST = 64;

    private static final Pattern WINDOWS =
            Pattern.compile("[!-z|~]+(\\{identifier}|\\{\\{identifier}})/\\{window}/\\{start}");

    /** A template as it was read; the prefix is what all its keys begin with. */
    private record Template(String key, String text, String prefix, boolean fixed) {

        boolean meets(Template other) {
            if (isWindows() ? other.isHash() : isHash() && other.isWindows()) {
                // No identifier ends as the key of a window does.
                return false;
            }
            if (fixed && other.fixed) {
                return text.equals(other.text);
            }
            boolean mine = !other.fixed && prefix.startsWith(other.prefix);
            boolean others = !fixed && other.prefix.startsWith(prefix);
            return mine || others;
        }

        private boolean isWindows() {
            return key.equals("fixed_window");
        }

        private boolean isHash() {
            return key.equals("rate_limit");
        }
    }

    private final Section section;
    private final List<Template> templates = new ArrayList<>();

    private KeyTemplatesReader(Section section) {
        this.section = section;
    }

    /** Reads the table; {@code websocketSession} is the template of the records of WebSockets where it names none. */
    static KeyTemplates read(Section section, String websocketSession) {
        KeyTemplatesReader reader = new KeyTemplatesReader(section);
        KeyTemplates contract = KeyTemplates.DEFAULTS;
        KeyTemplates keys = new KeyTemplates(
                reader.template("rate_limit", "{identifier}", contract.rateLimit()),
                reader.windows("fixed_window", contract.fixedWindow()),
                reader.template("concurrency", "{identifier}", contract.concurrency()),
                reader.template("block_list", "{identifier}", contract.blockList()),
                reader.template("block_ranges", "", contract.blockRanges()),
                reader.template("token_blacklist", "{token_id}", contract.tokenBlacklist()),
                reader.template("subject_cutoff", "{identifier}", contract.subjectCutoff()),
                reader.template("api_cache", "{key}", contract.apiCache()),
                reader.template("purges", "", contract.purges()),
                reader.template("nodes", "", contract.nodes()),
                reader.template("session", "{session_id}", contract.session()),
                reader.template("websocket_session", "{session_id}", websocketSession),
                reader.template("ticket_keys", "{period}", contract.ticketKeys()),
                reader.tagged("topic_history", "{topic}", contract.topicHistory()),
                reader.tagged("topic_state", "{topic}", contract.topicState()),
                reader.channels("topics", contract.topics()),
                reader.template("entry_tickets", "{ticket}", contract.entryTickets()),
                reader.template("presence", "{topic}", contract.presence()),
                reader.template("job_queue", "{queue}", contract.jobQueue()),
                reader.template("idempotency", "{key}", contract.idempotency()),
                reader.channel("events", contract.events()));
        reader.reportMeetings();
        return keys;
    }

    /**
     * Reads the template of fixed windows, the platform's own layout. It has three placeholders; the text between them
     * must tell where the identifier ends.
     */
    private String windows(String key, String otherwise) {
        Form<String> form = Form.of(
                "a prefix, then {identifier} or {{identifier}}, {window} and {start}, each behind a slash, such as \""
                        + otherwise + "\", of visible ASCII characters, " + LONGEST + " at most",
                text -> text.length() <= LONGEST && WINDOWS.matcher(text).matches() ? text : null);
        String text = section.text(key, form, otherwise);
        templates.add(new Template(key, text, prefix(text, "{identifier}"), false));
        return text;
    }

    private String template(String key, String placeholder, String otherwise) {
        String literal = ", of visible ASCII characters, " + LONGEST + " at most";
        String expected = placeholder.isEmpty()
                ? "a key without a placeholder" + literal
                : "a prefix, then " + placeholder + " or {" + placeholder + "} exactly once" + literal;
        Form<String> form = Form.of(expected, text -> fits(text, placeholder) ? text : null);
        String text = section.text(key, form, otherwise);
        templates.add(new Template(key, text, prefix(text, placeholder), placeholder.isEmpty()));
        return text;
    }

    /** Reads the template of one of several keys that one script looks at: a cluster keeps them together. */
    private String tagged(String key, String placeholder, String otherwise) {
        String tag = "{" + placeholder + "}";
        Form<String> form = Form.of(
                "a prefix, then " + tag + " exactly once, of visible ASCII characters, " + LONGEST + " at most",
                text -> fits(text, placeholder) && text.contains(tag) ? text : null);
        String text = section.text(key, form, otherwise);
        templates.add(new Template(key, text, prefix(text, placeholder), false));
        return text;
    }

    /** Reads the template of channels, which may have the names of keys. */
    private String channels(String key, String otherwise) {
        String expected = "a prefix, then {topic} exactly once, of visible ASCII characters, " + LONGEST + " at most";
        return section.text(key, Form.of(expected, text -> fits(text, "{topic}") ? text : null), otherwise);
    }

    /** Reads the name of a channel. It is not a key, so it may have the name of one. */
    private String channel(String key, String otherwise) {
        String expected = "a channel of visible ASCII characters, " + LONGEST + " at most";
        return section.text(key, Form.of(expected, text -> fits(text, "") ? text : null), otherwise);
    }

    private static boolean fits(String text, String placeholder) {
        String rest = text;
        if (!placeholder.isEmpty()) {
            int at = text.indexOf(placeholder);
            if (at < 1) {
                return false;
            }
            int end = at + placeholder.length();
            boolean tagged = at > 0 && text.charAt(at - 1) == '{' && end < text.length() && text.charAt(end) == '}';
            if (tagged && at == 1) {
                return false;
            }
            rest = text.substring(0, tagged ? at - 1 : at) + text.substring(tagged ? end + 1 : end);
        }
        return !text.isEmpty()
                && text.length() <= LONGEST
                && rest.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '{' && c != '}');
    }

    private static String prefix(String text, String placeholder) {
        return placeholder.isEmpty() ? text : text.substring(0, text.indexOf(placeholder));
    }

    private void reportMeetings() {
        for (int i = 0; i < templates.size(); i++) {
            for (int j = 0; j < i; j++) {
                report(templates.get(j), templates.get(i));
            }
        }
    }

    private void report(Template one, Template other) {
        if (!one.meets(other)) {
            return;
        }
        if (section.has(other.key())) {
            report(other.key(), one);
        } else {
            report(one.key(), other);
        }
    }

    private void report(String key, Template against) {
        section.problem(
                key,
                "a beginning unlike that of " + against.key() + ", " + Written.quoted(against.text())
                        + ", so that no key can belong to both");
    }
}
