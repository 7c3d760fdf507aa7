package app.rcommerce.gateway.benchmarks.chaos;

import app.rcommerce.gateway.benchmarks.testbed.Machine;
import app.rcommerce.gateway.benchmarks.testbed.Marks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The chaos measurement: Redis fails in every way while a gateway is asked for each feature 100 times a second, and the
 * report says what clients saw.
 *
 * <p>{@code Chaos FILE [WORD]}: replaces what stands in the file between two marks; only faults whose name contains the
 * word. Started by {@code benchmarks/chaos.sh}. Exits with 1 where a client saw an error that the configuration does
 * not ask for, or shared state was not in force again.
 */
public final class Chaos {

    private Chaos() {}

    private static boolean isChosen(Fault fault, String word) {
        return fault.name().toLowerCase(Locale.ROOT).contains(word);
    }

    public static void main(String[] arguments) throws Exception {
        String word = arguments.length > 1 ? arguments[1].toLowerCase(Locale.ROOT) : "";
        if (Faults.all().stream().noneMatch(fault -> isChosen(fault, word))) {
            System.err.println("chaos: " + word + " (expected: a part of one of "
                    + Faults.all().stream().map(Fault::name).toList() + ")");
            System.exit(2);
        }
        Lines lines = Lines.capture();
        System.out.println("warming up ...");
        new Trial(Faults.none(), lines).run();
        List<Trial.Seen> all = new ArrayList<>();
        for (Fault fault : Faults.all()) {
            if (isChosen(fault, word)) {
                System.out.println(fault.name() + ": " + fault.how() + " ...");
                Trial.Seen seen = new Trial(fault, lines).run();
                System.out.println(Report.of(List.of(seen)));
                all.add(seen);
            }
        }
        Marks.write(Path.of(arguments[0]), "# Chaos", "benchmarks/chaos.sh", Machine.text() + "\n" + Report.of(all));
        boolean good = all.stream()
                .allMatch(seen -> seen.wrong() == 0 && !seen.recovered().containsValue(-1L));
        System.exit(good ? 0 : 1);
    }
}
