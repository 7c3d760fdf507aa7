package app.rcommerce.gateway.config.read;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.toml.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The problems that are found while a configuration is read. For one thread. */
public final class Problems {

    private final List<ConfigProblem> problems = new ArrayList<>();

    void add(Position position, String path, String value, String expected) {
        problems.add(new ConfigProblem(position.file(), position.line(), position.column(), path, value, expected));
    }

    /** Whether no problem has been reported so far. */
    public boolean isEmpty() {
        return problems.isEmpty();
    }

    /** All problems by file, in the order the files were read, then by line and column. */
    public List<ConfigProblem> inOrder(List<String> files) {
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparingInt((ConfigProblem problem) -> files.indexOf(problem.file()))
                        .thenComparingInt(ConfigProblem::line)
                        .thenComparingInt(ConfigProblem::column))
                .toList();
    }
}
