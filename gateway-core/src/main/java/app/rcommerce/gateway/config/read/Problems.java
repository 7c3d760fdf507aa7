package app.rcommerce.gateway.config.read;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.toml.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The problems that are found while a configuration is read. For one thread. */
public final class Problems {

    /** The path of a name by which a route refers to something else, with what that is. */
    private static final Pattern REFERENCE = Pattern.compile("routes\\b.*\\.(limits|upstream)(?:\\[\\d+])?");

    private static final int MOST_PLACES = 5;

    private final List<ConfigProblem> problems = new ArrayList<>();

    void add(Position position, String path, String value, String expected) {
        add(new ConfigProblem(position.file(), position.line(), position.column(), path, value, expected));
    }

    /** Reports a problem. */
    public void add(ConfigProblem problem) {
        problems.add(problem);
    }

    /** How many problems have been reported so far. */
    public int size() {
        return problems.size();
    }

    /** Takes back all problems but the first ones, before what caused them is read again. */
    public void keep(int first) {
        problems.subList(first, problems.size()).clear();
    }

    /** Whether no problem has been reported so far. */
    public boolean isEmpty() {
        return problems.isEmpty();
    }

    /**
     * All problems by file, in the order the files were read, then by line and column. A name that many routes refer to
     * and that does not exist, since it is misspelled where it is defined, is one problem with all its places.
     */
    public List<ConfigProblem> inOrder(List<String> files) {
        List<ConfigProblem> sorted = problems.stream()
                .distinct()
                .sorted(Comparator.comparingInt((ConfigProblem problem) -> files.indexOf(problem.file()))
                        .thenComparingInt(ConfigProblem::line)
                        .thenComparingInt(ConfigProblem::column))
                .toList();
        Map<List<String>, List<ConfigProblem>> same = new LinkedHashMap<>();
        for (ConfigProblem problem : sorted) {
            Matcher reference = REFERENCE.matcher(problem.path());
            List<String> key = reference.matches()
                    ? List.of(reference.group(1), problem.value(), problem.expected())
                    : List.of(problem.toString());
            same.computeIfAbsent(key, first -> new ArrayList<>()).add(problem);
        }
        return same.values().stream().map(Problems::united).toList();
    }

    private static ConfigProblem united(List<ConfigProblem> same) {
        ConfigProblem first = same.getFirst();
        if (same.size() == 1) {
            return first;
        }
        String others = same.stream()
                .skip(1)
                .limit(MOST_PLACES)
                .map(problem -> problem.file() + ":" + problem.line() + ":" + problem.column())
                .collect(Collectors.joining(", "));
        String more = same.size() - 1 > MOST_PLACES ? " and " + (same.size() - 1 - MOST_PLACES) + " more" : "";
        return new ConfigProblem(
                first.file(),
                first.line(),
                first.column(),
                first.path(),
                first.value(),
                first.expected() + "; also at " + others + more);
    }
}
