package app.rcommerce.gateway.benchmarks.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes results into a document, in place of the earlier ones. */
public final class Marks {

    private static final String END = "<!-- end -->";

    private Marks() {}

    /**
     * Replaces what stands between the marks of the script; makes the document where there is none.
     *
     * @throws IOException where the document has no such marks, too
     */
    public static void write(Path file, String title, String script, String text) throws IOException {
        String begin = "<!-- begin: written by " + script + " -->";
        String before = Files.exists(file) ? Files.readString(file) : title + "\n\n" + begin + "\n" + END + "\n";
        int from = before.indexOf(begin);
        int to = before.indexOf(END, from);
        if (from < 0 || to < 0) {
            throw new IOException(file + ": no place for the table (expected: " + begin + " and " + END + ")");
        }
        Files.writeString(
                file, before.substring(0, from) + begin + "\n\n" + text.strip() + "\n\n" + before.substring(to));
    }
}
