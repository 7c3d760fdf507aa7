package app.rcommerce.gateway.server.redis.link;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code of an error of Redis, such as {@code READONLY}, {@code OOM} or {@code NOPERM}. An error of a command that a
 * script calls begins with its code since Redis 7. Before that the code stands behind the script's own name and line,
 * with a hyphen ({@code ERR Error running script (call to f_<sha>): @user_script:12: @user_script: 12: -READONLY You
 * can't write …}), and some errors have no code at all. Only the beginning is read: behind it the client library
 * repeats the command, whose parameters may hold any text. Stateless.
 */
public final class ErrorCode {

    /** The code of errors that have no other. */
    static final String OTHER = "ERR";

    private static final Pattern WRAPPING =
            Pattern.compile("(?:ERR Error running script \\(call to [^)]{1,64}\\): )?(?:@user_script: ?\\d{1,9}: )*");

    private static final Pattern CODE = Pattern.compile("-?([A-Z]{2,32})[ .]");

    /**
     * The beginnings of errors that reach scripts without a code: at the start of the text with Redis 6, behind
     * {@link #OTHER} from 7 on.
     */
    private static final Map<String, String> WITHOUT_CODE = Map.of(
            "The user executing the script can't ", "NOPERM",
            "This user has no permissions to ", "NOPERM",
            "ACL failure in script: ", "NOPERM",
            "You can't write against a read only ", "READONLY",
            "command not allowed when used memory > 'maxmemory'", "OOM",
            "Script attempted to execute a command while the cluster is down", "CLUSTERDOWN",
            "Script attempted to execute a write command while the cluster is down", "CLUSTERDOWN",
            "Script attempted to access a non local key in a cluster node", "MOVED");

    private ErrorCode() {}

    /** The code of a failure that may be an error of Redis; {@link #OTHER} where it has none. */
    public static String of(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? OTHER : of(message);
    }

    /** The code of an error as Redis has answered it; {@link #OTHER} where it has none. */
    public static String of(String message) {
        Matcher wrapping = WRAPPING.matcher(message);
        int start = wrapping.lookingAt() ? wrapping.end() : 0;
        Matcher code = CODE.matcher(message).region(start, message.length());
        if (code.lookingAt()) {
            if (!code.group(1).equals(OTHER)) {
                return code.group(1);
            }
            start = code.end();
        }
        for (Map.Entry<String, String> known : WITHOUT_CODE.entrySet()) {
            if (message.startsWith(known.getKey(), start)) {
                return known.getValue();
            }
        }
        return OTHER;
    }
}
