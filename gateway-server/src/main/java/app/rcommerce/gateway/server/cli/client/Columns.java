package app.rcommerce.gateway.server.cli.client;

import java.util.ArrayList;
import java.util.List;

/** A table of aligned columns for the terminal. For one thread. */
public final class Columns {

    private final List<List<String>> rows = new ArrayList<>();

    /** A table whose first line holds these titles. */
    public static Columns titled(String... titles) {
        return new Columns().row(titles);
    }

    /** Adds a line of these cells; control characters in them are shown as question marks. */
    public Columns row(String... cells) {
        // What stands in a shared store may come from elsewhere, and a terminal obeys control characters.
        rows.add(List.of(cells).stream()
                .map(cell -> cell.replaceAll("\\p{Cntrl}", "?"))
                .toList());
        return this;
    }

    /** The lines, each ended by a line feed, without spaces at their ends. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).repeat(' ', width(i) - row.get(i).length() + 2);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> row.size() > column)
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElse(0);
    }

    /** A duration in seconds as a text of at most two units, such as {@code 59m 12s}. */
    public static String lasting(long seconds) {
        long[] lengths = {86_400, 3_600, 60, 1};
        String[] units = {"d", "h", "m", "s"};
        for (int i = 0; i < lengths.length; i++) {
            if (seconds >= lengths[i]) {
                long rest = i + 1 < lengths.length ? seconds % lengths[i] / lengths[i + 1] : 0;
                return seconds / lengths[i] + units[i] + (rest == 0 ? "" : " " + rest + units[i + 1]);
            }
        }
        return "0s";
    }
}
