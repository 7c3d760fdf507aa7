package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.ServerConfig.LogLevel;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.server.admin.operations.Revocable;
import app.rcommerce.gateway.socket.SocketIds;
import app.rcommerce.gateway.time.Durations;
import app.rcommerce.gateway.topic.TopicName;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the values in operators' requests. Throws a {@link RequestRefused} that names the value and what was expected.
 * Pure functions.
 */
final class Values {

    static final String SUBJECT = "ip:<address or range>, key:<id>, user:<id> or cert:<identity>";
    static final String IDENTIFIER = "ip:<address>, key:<id>, user:<id>, cert:<identity> or by:<part>=<value>,…";
    static final String LEVEL = "error, warn, info, debug or trace";
    static final String LOGGER = "a logger such as app.rcommerce.gateway.server.redis, or none for all";
    static final String SALT = "16 to 64 bytes in lower-case hexadecimal digits";
    static final String USER = "user:<id>";
    static final String OWNER = "user:<id>, key:<id> or cert:<identity>";

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(3660);
    private static final int LONGEST_REASON = 200;
    private static final int LONGEST_USER = 512;
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
    /** How far an operator's clock may be ahead of this machine's, in milliseconds. */
    private static final long FUTURE_MILLIS = 300_000;

    private Values() {}

    static Subject subject(@Nullable String text) {
        String given = required("subject", text, SUBJECT);
        Subject subject = Subject.parse(given);
        if (subject == null) {
            throw RequestRefused.badValue("subject", AdminRequest.quoted(given), SUBJECT);
        }
        return subject;
    }

    /** Parses a subject to block. A range of all addresses is refused, since it would include the operator's own. */
    static Subject blockable(@Nullable String text) {
        Subject subject = subject(text);
        if (subject instanceof Subject.Range range && range.cidr().prefix() == 0) {
            throw RequestRefused.badValue("subject", "\"" + subject + "\"", "a range with a prefix of at least 1 bit");
        }
        return subject;
    }

    /** Parses an identifier as the limits count it: an IPv6 address stands for its /64. */
    static Identifier counted(String text) {
        String value = text.startsWith("ip:") ? text.substring(3) : text;
        boolean network = value.endsWith("/64") && value.indexOf(':') >= 0;
        byte[] address = Addresses.parse(network ? value.substring(0, value.length() - 3) : value);
        if (address != null) {
            return Identifier.ip(Addresses.folded(address));
        }
        Identifier identifier = Identifier.parseCounted(text);
        if (identifier == null) {
            throw RequestRefused.badValue("identifier", AdminRequest.quoted(text), IDENTIFIER);
        }
        return identifier;
    }

    static Identifier user(String text) {
        Identifier identifier = Identifier.parse(text);
        if (identifier == null || identifier.kind() != Identifier.Kind.USER) {
            throw RequestRefused.badValue("subject", AdminRequest.quoted(text), USER);
        }
        return identifier;
    }

    /** Parses whose sockets are meant: a user, an API key or a certificate. */
    static Identifier owner(String text) {
        Identifier identifier = Identifier.parse(text);
        if (identifier == null || identifier.kind() == Identifier.Kind.IP) {
            throw RequestRefused.badValue("user", AdminRequest.quoted(text), OWNER);
        }
        return identifier;
    }

    /** Parses an address, which is put into its canonical form. */
    static String address(String text) {
        String address = Addresses.canonical(text.startsWith("ip:") ? text.substring(3) : text);
        if (address == null) {
            throw RequestRefused.badValue("address", AdminRequest.quoted(text), "an IP address");
        }
        return address;
    }

    static String socket(String text) {
        if (!SocketIds.isId(text)) {
            throw RequestRefused.badValue("session", AdminRequest.quoted(text), SocketIds.EXPECTED);
        }
        return text;
    }

    /** Parses the user of a session that is made: an id as the platform writes it. */
    static String signingIn(@Nullable String text) {
        String user = required("user", text, "the id of a user");
        if (user.isBlank() || user.length() > LONGEST_USER || user.chars().anyMatch(Character::isISOControl)) {
            throw RequestRefused.badValue(
                    "user",
                    AdminRequest.quoted(user),
                    "1 to " + LONGEST_USER + " characters, none a control character");
        }
        return user;
    }

    /** Parses scopes with spaces between them. */
    static List<String> scopes(@Nullable String text) {
        String given = text == null ? "" : text.strip();
        if (!given.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E ]{0,4096}")) {
            throw RequestRefused.badValue(
                    "scopes", given.length() + " characters", "scopes with spaces between them, without quotes");
        }
        return given.isEmpty() ? List.of() : List.of(given.split(" +"));
    }

    /** Parses the id of a session or what stands for it; the message of a refusal tells its length and no more. */
    static String session(String text) {
        if (!SessionId.isDigest(text) && SessionId.parse(text) == null) {
            throw RequestRefused.badValue(
                    "session",
                    text.length() + " characters",
                    "the id of a session, or session:<SHA-256> as it is listed");
        }
        return text;
    }

    /** Parses a token or its id. A token is a secret: the message of a refusal tells its length and no more. */
    static Revocable token(String text) {
        Revocable token = Revocable.parse(text);
        if (token == null) {
            throw RequestRefused.badValue("token", text.length() + " characters", Revocable.EXPECTED);
        }
        return token;
    }

    static @Nullable Duration life(@Nullable String text) {
        return duration("for", text);
    }

    /** Parses how long ago something was. */
    static @Nullable Duration since(@Nullable String text) {
        return duration("since", text);
    }

    private static @Nullable Duration duration(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        Duration life = Durations.parse(text);
        if (life == null || life.compareTo(SHORTEST) < 0 || life.compareTo(LONGEST) > 0) {
            throw RequestRefused.badValue(name, AdminRequest.quoted(text), Durations.EXPECTED + ", from 1s to 3660d");
        }
        return life;
    }

    static String reason(@Nullable String text) {
        String reason = text == null ? "" : text;
        if (reason.length() > LONGEST_REASON || reason.chars().anyMatch(Character::isISOControl)) {
            throw RequestRefused.badValue(
                    "reason",
                    AdminRequest.quoted(reason),
                    "at most " + LONGEST_REASON + " characters, none a control character");
        }
        return reason;
    }

    /** Parses a time to cut off at; returns milliseconds since the epoch. */
    static long cutoff(@Nullable String text, long nowMillis) {
        if (text == null || text.equals("now")) {
            return nowMillis;
        }
        try {
            long cutoff = OffsetDateTime.parse(text).toInstant().toEpochMilli();
            if (cutoff >= 0 && cutoff <= nowMillis + FUTURE_MILLIS) {
                return cutoff;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Refused below.
        }
        throw RequestRefused.badValue(
                "issued_before", AdminRequest.quoted(text), "now, or a past time such as 2026-01-31T12:00:00Z");
    }

    static String topic(String segment) {
        String name = URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        if (!TopicName.isName(name)) {
            throw RequestRefused.badValue("topic", AdminRequest.quoted(name), TopicName.EXPECTED);
        }
        return name;
    }

    static String requestId(String text) {
        if (!REQUEST_ID.matcher(text).matches()) {
            throw RequestRefused.badValue(
                    "request id", AdminRequest.quoted(text), "1 to 128 of A-Z, a-z, 0-9, '-', '_', '.'");
        }
        return text;
    }

    static LogLevel level(@Nullable String text) {
        String given = required("level", text, LEVEL);
        for (LogLevel level : LogLevel.values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(given)) {
                return level;
            }
        }
        throw RequestRefused.badValue("level", AdminRequest.quoted(given), LEVEL);
    }

    /**
     * Parses the name of a logger; empty for all. Libraries are not made to log what passes through them, which has
     * passwords in it.
     */
    static String logger(@Nullable String text, LogLevel level) {
        String logger = text == null ? "" : text;
        if (!logger.isEmpty() && !logger.matches("[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z0-9_$]+)*")) {
            throw RequestRefused.badValue("logger", AdminRequest.quoted(logger), LOGGER);
        }
        boolean library = logger.matches("(io\\.netty|org\\.redisson)(\\..*)?");
        if (library && level.compareTo(LogLevel.INFO) > 0) {
            throw RequestRefused.badValue(
                    "level",
                    AdminRequest.quoted(level.name().toLowerCase(Locale.ROOT)),
                    "error, warn or info for " + logger + ", whose other lines may hold passwords");
        }
        return logger;
    }

    /** Parses the salt of fingerprints. */
    static byte[] salt(@Nullable String text) {
        String given = required("salt", text, SALT);
        if (!given.matches("([0-9a-f]{2}){16,64}")) {
            throw RequestRefused.badValue("salt", AdminRequest.quoted(given), SALT);
        }
        return HexFormat.of().parseHex(given);
    }

    static PathPattern paths(String text) {
        PathPattern paths = PathPattern.parse(text);
        if (paths == null) {
            throw RequestRefused.badValue("path", AdminRequest.quoted(text), PathPattern.EXPECTED);
        }
        return paths;
    }

    private static String required(String name, @Nullable String text, String expected) {
        if (text == null) {
            throw RequestRefused.badValue(name, "missing", expected);
        }
        return text;
    }
}
