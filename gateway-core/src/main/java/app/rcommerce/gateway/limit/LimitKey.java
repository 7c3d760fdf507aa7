package app.rcommerce.gateway.limit;

import app.rcommerce.gateway.identity.Combination;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The key of a limit: the component, or the components together, by which callers are counted, such as
 * {@code header:x-tenant + ip}. A caller that lacks a component is not counted. Immutable.
 *
 * @param components at least one, each only once
 */
public record LimitKey(List<Component> components) {

    /** What a component must look like, for messages. */
    public static final String EXPECTED =
            "ip, identity, api_key, subject, certificate, header:NAME, claim:NAME or path:{NAME}";

    /** One property of a caller or of its request that callers are counted by. */
    public sealed interface Component {

        /** Reads a component as it is configured; null where the text is none. */
        static @Nullable Component parse(String text) {
            for (Plain plain : Plain.values()) {
                if (plain.toString().equals(text)) {
                    return plain;
                }
            }
            int colon = text.indexOf(':');
            String name = text.substring(colon + 1);
            return switch (colon < 0 ? "" : text.substring(0, colon)) {
                case "header" -> name.matches("[A-Za-z0-9_-]{1,48}") ? new Header(name.toLowerCase(Locale.ROOT)) : null;
                case "claim" -> isClaim(name) ? new Claim(name) : null;
                case "path" ->
                    name.matches("\\{[A-Za-z_][A-Za-z0-9_]{0,47}}")
                            ? new PathParameter(name.substring(1, name.length() - 1))
                            : null;
                default -> null;
            };
        }
    }

    /** The components without a name: identities of the caller. */
    public enum Plain implements Component {
        /** The client's address, IPv6 folded to /64. */
        IP,
        /** The API key, else the subject, else the address. */
        IDENTITY,
        /** The API key's id. */
        API_KEY,
        /** The token's subject. */
        SUBJECT,
        /** What the client's certificate says of who it is. */
        CERTIFICATE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A request field. A missing field counts as an empty one, so that a caller cannot evade the limit by leaving it
     * out.
     *
     * @param name in lower case
     */
    public record Header(String name) implements Component {
        @Override
        public String toString() {
            return "header:" + name;
        }
    }

    /** A claim of a verified token that is a string, a number or a boolean. */
    public record Claim(String name) implements Component {
        @Override
        public String toString() {
            return "claim:" + name;
        }
    }

    /** The segment of the path where the route's pattern has {@code {name}}. */
    public record PathParameter(String name) implements Component {
        @Override
        public String toString() {
            return "path:{" + name + "}";
        }
    }

    public LimitKey {
        components = List.copyOf(components);
        if (components.isEmpty()) {
            throw new IllegalArgumentException("key: none (expected: " + EXPECTED + ")");
        }
    }

    /** A key of these components. */
    public static LimitKey of(Component... components) {
        return new LimitKey(List.of(components));
    }

    /** Whether the text can be a claim's name in a key. */
    public static boolean isClaim(String name) {
        return name.length() <= 48 && Combination.NAME.matcher(name).matches();
    }

    /**
     * The component that only a caller with a verified credential has; null where an anonymous caller may have all
     * components.
     */
    public @Nullable Component credential() {
        for (Component component : components) {
            if (component == Plain.API_KEY || component == Plain.SUBJECT || component instanceof Claim) {
                return component;
            }
        }
        return null;
    }

    /** Whether callers with an API key are counted by it, so that the quotas are multiplied for them. */
    public boolean countsApiKeys() {
        return components.contains(Plain.API_KEY) || components.contains(Plain.IDENTITY);
    }

    /** The components as they are configured, such as {@code header:x-tenant + ip}. */
    @Override
    public String toString() {
        return String.join(" + ", components.stream().map(Component::toString).toList());
    }
}
