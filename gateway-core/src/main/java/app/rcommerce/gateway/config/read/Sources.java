package app.rcommerce.gateway.config.read;

import app.rcommerce.gateway.config.SourceFile;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.toml.Node;
import app.rcommerce.gateway.toml.Parsed;
import app.rcommerce.gateway.toml.Position;
import app.rcommerce.gateway.toml.SyntaxError;
import app.rcommerce.gateway.toml.TomlReader;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the main file of a configuration and all files that it includes into one tree. For one thread, and one
 * configuration.
 */
public final class Sources {

    private static final String INCLUDE = "include";

    /** A file that is to be read, and the position that names it, for the problem where it cannot be read. */
    private record Wanted(Path file, Position position, String path) {}

    private final Problems problems;
    private final Environment environment;
    /** All files that were asked for, in this order, whether they could be read or not. */
    private final SequencedMap<Path, SourceFile> asked = new LinkedHashMap<>();
    /** Files by their real path, with the position that named them first. */
    private final Map<Path, Position> seen = new HashMap<>();

    private final List<Path> open = new ArrayList<>();
    private final Room room = new Room(Runtime.getRuntime().maxMemory());
    private boolean complete = true;

    /** Sources of one configuration, before any of them is read. */
    public Sources(Problems problems, Environment environment) {
        this.problems = problems;
        this.environment = environment;
    }

    /** The tree of all files, or null where one of them is missing or is not TOML. */
    public Node.@Nullable Table read(Path main) {
        Node.Table tree = read(new Wanted(main, Position.of(main.toString()), ""));
        return complete ? tree : null;
    }

    /** All files that were asked for, in this order, including those that could not be read. */
    public List<SourceFile> asked() {
        return List.copyOf(asked.values());
    }

    /** The content of another file that the configuration names; null after reporting why it cannot be read. */
    @Nullable
    public String content(Path file, Position position, String path) {
        return text(new Wanted(file, position, path));
    }

    /**
     * The content of the file that this key of a table names, relative to the file in which the key stands; null after
     * reporting why there is none.
     */
    @Nullable
    public String named(Section table, String key) {
        String name = table.required(key, Form.NOT_EMPTY);
        if (name == null) {
            return null;
        }
        Position position = table.positionOf(key);
        String path = Written.path(table.path(), key);
        Path file = beside(Path.of(position.file()), name, position, path);
        return file == null ? null : content(file, position, path);
    }

    private Node.Table read(Wanted wanted) {
        Node.Table nothing = new Node.Table(Position.of(wanted.file().toString()), new LinkedHashMap<>());
        String text = text(wanted);
        if (text == null) {
            complete = false;
            return nothing;
        }
        Path real = real(wanted.file());
        Position before = seen.putIfAbsent(real, wanted.position());
        if (before != null) {
            String expected =
                    open.contains(real) ? "no file that includes this one" : "each file only once; first at " + before;
            problems.add(
                    wanted.position(),
                    wanted.path(),
                    Written.quoted(wanted.file().toString()),
                    expected);
            return nothing;
        }
        if (!room.take(text)) {
            complete = false;
            problems.add(
                    wanted.position(),
                    wanted.path(),
                    Written.quoted(wanted.file().toString()) + " of " + text.length() + " characters",
                    "files that this heap has room to read, or a larger GATEWAY_HEAP, of " + Room.megabytesFor(text)
                            + "m for this file alone");
            return nothing;
        }
        return switch (TomlReader.parse(wanted.file().toString(), text)) {
            case Parsed.Document(Node.Table root) -> {
                open.add(real);
                Node.Table united = withIncluded(root, wanted.file());
                open.remove(real);
                yield united;
            }
            case Parsed.Broken(List<SyntaxError> errors) -> {
                complete = false;
                for (SyntaxError error : errors) {
                    problems.add(error.position(), error.key(), error.found(), error.expected());
                }
                yield nothing;
            }
        };
    }

    private Node.Table withIncluded(Node.Table root, Path file) {
        SequencedMap<String, Node> entries = new LinkedHashMap<>(root.entries());
        Node include = entries.remove(INCLUDE);
        Node.Table united = new Node.Table(root.position(), entries);
        if (include == null) {
            return united;
        }
        String expected = "a list of files, relative to this one, such as [\"routes.toml\"]";
        if (!(include instanceof Node.Array array)) {
            problems.add(include.position(), INCLUDE, Written.value(include), expected);
            return united;
        }
        for (int i = 0; i < array.elements().size(); i++) {
            Node element = array.elements().get(i);
            String path = INCLUDE + "[" + i + "]";
            if (!(element instanceof Node.Text name) || name.value().isEmpty()) {
                problems.add(element.position(), path, Written.value(element), "a file, relative to this one");
                continue;
            }
            String replaced = environment.replaced(name.value(), element.position(), path);
            Path other = replaced == null ? null : beside(file, replaced, element.position(), path);
            if (other == null) {
                complete = false;
                continue;
            }
            united = new Merge(problems).united(united, read(new Wanted(other, element.position(), path)));
        }
        return united;
    }

    /** Resolves a path against the file that names it; null after reporting that the text is not a path. */
    @Nullable
    public Path beside(Path file, String name, Position position, String path) {
        try {
            return file.resolveSibling(name);
        } catch (InvalidPathException e) {
            problems.add(position, path, Written.quoted(name), "the name of a file");
            return null;
        }
    }

    private @Nullable String text(Wanted wanted) {
        SourceFile.Reading reading = SourceFile.Reading.of(wanted.file());
        asked.merge(wanted.file(), reading.source(), SourceFile::and);
        if (reading.text() == null) {
            complete = false;
            problems.add(
                    wanted.position(),
                    wanted.path(),
                    Written.quoted(wanted.file().toString()),
                    reading.expected());
        }
        return reading.text();
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath().normalize();
        }
    }
}
