package app.rcommerce.gateway.benchmarks.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets Redis fail in every way while a gateway is asked for each feature 100 times a second, and writes what clients saw.
 *
 * <p>{@code Chaos FILE [WORD]}: replaces what stands in the file between two marks; only faults whose name contains the
 * word. Started by {@code benchmarks/chaos.sh}. Exits with 1 where a client saw an error that the configuration does not
 * ask for, or shared state was not in force again.
 */
public final class Chaos {

    private static final String BEGIN = "<!-- begin: written by benchmarks/chaos.sh -->";
    private static final String END = "<!-- end -->";

    private Chaos() {}

    public static void main(String[] arguments) throws Exception {
        String word = arguments.length > 1 ? arguments[1] : "";
        Lines lines = Lines.capture();
        System.out.println("warming up ...");
        new Trial(Faults.none(), lines).run();
        List<Trial.Seen> all = new ArrayList<>();
        for (Fault fault : Faults.all()) {
            if (fault.name().toLowerCase(java.util.Locale.ROOT).contains(word)) {
                System.out.println(fault.name() + ": " + fault.how() + " ...");
                Trial.Seen seen = new Trial(fault, lines).run();
                System.out.println(Report.of(List.of(seen)));
                all.add(seen);
            }
        }
        String report = Machine.text() + "\n" + Report.of(all);
        write(Path.of(arguments[0]), report);
        boolean good = all.stream().allMatch(seen -> seen.wrong() == 0 && !seen.recovered().containsValue(-1L));
        System.exit(good ? 0 : 1);
    }

    private static void write(Path file, String report) throws IOException {
        String text = Files.exists(file) ? Files.readString(file) : "# Chaos\n\n" + BEGIN + "\n" + END + "\n";
        int from = text.indexOf(BEGIN);
        int to = text.indexOf(END, from);
        if (from < 0 || to < 0) {
            throw new IOException(file + ": no place for the table (expected: " + BEGIN + " and " + END + ")");
        }
        Files.writeString(file, text.substring(0, from) + BEGIN + "\n\n" + report + "\n" + text.substring(to));
    }
}
