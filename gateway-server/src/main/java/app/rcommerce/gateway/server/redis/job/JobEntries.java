package app.rcommerce.gateway.server.redis.job;

import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the scripts of queues answer and are asked with, as {@code job.lua} has it. Stateless. */
final class JobEntries {

    private static final Pattern ENTRY = Pattern.compile(
            "([hnl]) (\\d{1,16}) (\\d{1,16}) (\\d{1,12}) (\\d{1,9}) (\\d{1,9}) (\\S+) ?(.*)", Pattern.DOTALL);
    private static final int LONGEST_WHY = 300;

    private JobEntries() {}

    static String letter(Priority priority) {
        return switch (priority) {
            case HIGH -> "h";
            case NORMAL -> "n";
            case LOW -> "l";
        };
    }

    static Priority priority(@Nullable Object letter) {
        return "h".equals(letter) ? Priority.HIGH : "l".equals(letter) ? Priority.LOW : Priority.NORMAL;
    }

    /** A text of one line that is not too long. */
    static String why(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= LONGEST_WHY ? line : line.substring(0, LONGEST_WHY);
    }

    /** The answer of a script, which is a list; fails where it is none. */
    static List<?> list(@Nullable Object answer) {
        if (answer instanceof List<?> list) {
            return list;
        }
        throw new StoreUnavailable("Redis has not understood a queue");
    }

    static long number(List<?> answer, int at) {
        return at < answer.size() && answer.get(at) instanceof Long number ? number : 0;
    }

    static String text(List<?> answer, int at) {
        return at < answer.size() && answer.get(at) instanceof String text ? text : "";
    }

    /** What an entry says of a job. */
    static JobRecord record(String id, JobState state, String entry, long atMillis) {
        Matcher parts = ENTRY.matcher(entry);
        if (!parts.matches()) {
            return new JobRecord(id, state, Priority.NORMAL, 0, 0, 0, 0, atMillis, "", null);
        }
        return new JobRecord(
                id,
                state,
                priority(parts.group(1)),
                Long.parseLong(parts.group(2)),
                Long.parseLong(parts.group(4)),
                Integer.parseInt(parts.group(5)),
                Integer.parseInt(parts.group(6)),
                atMillis,
                parts.group(8),
                null);
    }
}
