package app.rcommerce.gateway.config.read;

import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.time.Durations;
import app.rcommerce.gateway.toml.Node;
import app.rcommerce.gateway.toml.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One table of the configuration while it is read. A key that is asked for counts as known; {@link #reportUnknownKeys}
 * reports the others. A value of the wrong type or form is reported and replaced with the default, so that reading goes
 * on and all problems are reported at once. For one thread.
 */
public final class Section {

    /** A value of a list with its position, for problems that a later check finds. */
    public record Element<T>(T value, Node node, String path) {}

    private final Node.Table table;
    private final String path;
    private final Problems problems;
    private final Texts texts;
    private final boolean present;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> secrets = new HashSet<>();
    private final Set<String> faulty = new HashSet<>();
    private final List<Section> children = new ArrayList<>();

    private Section(Node.Table table, String path, boolean present, Texts texts) {
        this.table = table;
        this.path = path;
        this.present = present;
        this.problems = texts.problems();
        this.texts = texts;
    }

    /** The root of a configuration. */
    public static Section root(Node.Table table, Problems problems, Environment environment) {
        return new Section(table, "", true, new Texts(problems, environment));
    }

    /** The position of the table; where it is missing, of the table around it. */
    public Position position() {
        return table.position();
    }

    /** Whether the table stands in the configuration at all. */
    public boolean isPresent() {
        return present;
    }

    /** The table's path in the configuration, such as {@code limits.flood}; empty for the root. */
    public String path() {
        return path;
    }

    /** The position of the key's value; where it is missing, of the table. */
    public Position positionOf(String key) {
        Node node = find(key);
        return node == null ? position() : node.position();
    }

    /** Whether a problem with the key has been reported. */
    public boolean isFaulty(String key) {
        return faulty.contains(key);
    }

    /** Whether the key stands in the table, whatever its value. */
    public boolean has(String key) {
        known.add(key);
        return table.entries().containsKey(key);
    }

    /** Whether the value of the key is a table. */
    public boolean isTable(String key) {
        return find(key) instanceof Node.Table;
    }

    /** Whether the value of the key is a list. */
    public boolean isList(String key) {
        return find(key) instanceof Node.Array;
    }

    /** Marks the key's value as a secret that no message shows. */
    public void keepSecret(String key) {
        secrets.add(key);
    }

    /** Reports a problem with the key's value, or that it is missing. */
    public void problem(String key, String expected) {
        Node node = find(key);
        String value = node == null ? "missing" : Written.value(node, secrets.contains(key));
        problems.add(positionOf(key), Written.path(path, key), value, expected);
        faulty.add(key);
    }

    /** Reports a problem with the table itself. */
    public void problemOf(String value, String expected) {
        problems.add(position(), path, value, expected);
    }

    /** Reports a problem with a value of a list. */
    public void problem(Element<?> element, String expected) {
        String shown = Written.value(element.node(), element.value() instanceof Secret);
        problems.add(element.node().position(), element.path(), shown, expected);
    }

    /** Reports every key that was not asked for, in this table and in those below. */
    public void reportUnknownKeys() {
        unknownKeys().forEach(key -> problems.add(key.problem()));
        children.forEach(Section::reportUnknownKeys);
    }

    /** The keys, in this table and in those below, that were not asked for and are probably misspelled. */
    public List<UnknownKey> misspelledKeys() {
        Set<String> meant = new HashSet<>();
        List<UnknownKey> misspelled = new ArrayList<>();
        for (UnknownKey key : unknownKeys()) {
            if (key.meant() != null && !table.entries().containsKey(key.meant()) && meant.add(key.meant())) {
                misspelled.add(key);
            }
        }
        children.forEach(child -> misspelled.addAll(child.misspelledKeys()));
        return misspelled;
    }

    private List<UnknownKey> unknownKeys() {
        return table.entries().keySet().stream()
                .filter(key -> !known.contains(key))
                .map(key -> UnknownKey.of(key, table, path, known))
                .toList();
    }

    /** The boolean value of the key; the default where there is none. */
    public boolean flag(String key, boolean otherwise) {
        Node node = find(key);
        if (node == null) {
            return otherwise;
        }
        return node instanceof Node.Flag flag ? flag.value() : wrong(key, "true or false", otherwise);
    }

    /** A whole number within bounds; the default where there is none. */
    public int integer(String key, int otherwise, int least, int most) {
        Node node = find(key);
        if (node == null) {
            return otherwise;
        }
        if (node instanceof Node.Whole number && number.value() >= least && number.value() <= most) {
            return (int) number.value();
        }
        return wrong(key, "a whole number from " + least + " to " + most, otherwise);
    }

    /** A number above 0, whole or not. */
    public double factor(String key, double otherwise, double most) {
        double value = switch (find(key)) {
            case null -> otherwise;
            case Node.Decimal number -> number.value();
            case Node.Whole number -> number.value();
            default -> -1;
        };
        return value > 0 && value <= most
                ? value
                : wrong(key, "a number above 0, at most " + String.format(Locale.ROOT, "%.0f", most), otherwise);
    }

    /** A text of the given form, or null where there is none. */
    public <T> @Nullable T text(String key, Form<T> form) {
        Node node = find(key);
        if (node == null) {
            return null;
        }
        T value = texts.read(node, Written.path(path, key), form, secrets.contains(key));
        if (value == null) {
            faulty.add(key);
        }
        return value;
    }

    /** A text of the given form; the default where there is none. */
    public <T> T text(String key, Form<T> form, T otherwise) {
        T value = text(key, form);
        return value == null ? otherwise : value;
    }

    /** A text that must be there; null after reporting what is wrong with it. */
    public <T> @Nullable T required(String key, Form<T> form) {
        if (!has(key)) {
            problem(key, form.expected(""));
            return null;
        }
        return text(key, form);
    }

    /** A text that is never shown; null where there is none, or an empty one. */
    @Nullable
    public Secret secret(String key) {
        keepSecret(key);
        String value = text(key, Form.of("a text", text -> text));
        return value == null || value.isEmpty() ? null : new Secret(value);
    }

    /** Checks a secret that nothing uses: it must be a text, but its variables need not be set. */
    public void unusedSecret(String key) {
        keepSecret(key);
        if (has(key) && !(find(key) instanceof Node.Text)) {
            problem(key, "a text");
        }
    }

    /** One of an enum's words in lower case. */
    public <E extends Enum<E>> E choice(String key, E otherwise) {
        return text(key, Form.words(otherwise.getDeclaringClass()), otherwise);
    }

    /** A duration within bounds; the default where there is none. */
    public Duration duration(String key, Duration otherwise, Duration least, Duration most) {
        return text(key, Form.duration(least, most, Durations.EXPECTED), otherwise);
    }

    /** A whole number of seconds, or a text such as {@code 5m}. */
    public Duration seconds(String key, Duration otherwise, Duration least, Duration most) {
        Form<Duration> form = Form.duration(least, most, "seconds as a whole number, or a text such as \"30s\"");
        return number(key, form, n -> n + "s", otherwise);
    }

    /** A size in bytes. */
    public long size(String key, long otherwise, long least, long most) {
        return number(key, Form.size(least, most), n -> n + "B", otherwise);
    }

    /** A text of the form, or a whole number that stands for such a text. */
    private <T> T number(String key, Form<T> form, LongFunction<String> text, T otherwise) {
        if (!(find(key) instanceof Node.Whole number)) {
            return text(key, form, otherwise);
        }
        T value = form.read(text.apply(number.value()));
        return value == null ? wrong(key, form.expected(""), otherwise) : value;
    }

    /** The values of a list of texts; those that do not fit, or stand there twice, are reported and left out. */
    public <T> List<Element<T>> elements(String key, Form<T> form) {
        return elements(key, form, null);
    }

    /** As above; an element may also be a table, which the function reads: null after reporting what is wrong. */
    public <T> List<Element<T>> elements(String key, Form<T> form, @Nullable Function<Section, @Nullable T> table) {
        Node node = find(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof Node.Array array)) {
            problem(key, "a list, each element " + form.expected(""));
            return List.of();
        }
        List<Element<T>> values = new ArrayList<>();
        Set<T> seen = new HashSet<>();
        for (int i = 0; i < array.elements().size(); i++) {
            Node one = array.elements().get(i);
            String at = Written.path(path, key) + "[" + i + "]";
            T value = one instanceof Node.Table below && table != null
                    ? table.apply(child(below, at, true))
                    : texts.read(one, at, form, secrets.contains(key));
            if (value == null) {
                faulty.add(key);
            } else if (array.elements().size() == 1 || seen.add(value)) {
                values.add(new Element<>(value, one, at));
            } else {
                problem(new Element<>(value, one, at), "each only once");
            }
        }
        return values;
    }

    /** The texts of a list that have the given form; empty where there is none. */
    public <T> List<T> texts(String key, Form<T> form) {
        return elements(key, form).stream().map(Element::value).toList();
    }

    /** A text, or a list of texts; reports a problem where there is none. */
    public <T> List<T> oneOrMore(String key, Form<T> form) {
        if (find(key) instanceof Node.Array array && !array.elements().isEmpty()) {
            return texts(key, form);
        }
        T value = required(key, form);
        return value == null ? List.of() : List.of(value);
    }

    /** Whether the key's value is a list with elements, right or wrong. */
    public boolean hasElements(String key) {
        return find(key) instanceof Node.Array array && !array.elements().isEmpty();
    }

    /** The texts of a list that must not be empty; the default where the list is missing. */
    public <T> List<T> someTexts(String key, Form<T> form, List<T> otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        needElements(key, "at least one element, each " + form.expected(""));
        return texts(key, form);
    }

    /** Reports a list that is missing or empty. */
    public void needElements(String key, String expected) {
        Node node = find(key);
        if (node == null
                || (node instanceof Node.Array array && array.elements().isEmpty())) {
            problem(key, expected);
        }
    }

    /** The table under this key; an absent section where there is none. */
    public Section table(String key) {
        return table(key, "");
    }

    /** The table under this key, with an example for whoever has written something else there. */
    public Section table(String key, String example) {
        Node node = find(key);
        if (node != null && !(node instanceof Node.Table)) {
            problem(key, example.isEmpty() ? "a table" : "a table, such as " + example);
        }
        boolean isTable = node instanceof Node.Table;
        Node.Table found = node instanceof Node.Table below ? below : new Node.Table(position(), new LinkedHashMap<>());
        return child(found, Written.path(path, key), isTable);
    }

    /** The tables of a table by name, such as {@code [limits.NAME]}. */
    public SequencedMap<String, Section> named(String key) {
        Section parent = table(key);
        SequencedMap<String, Section> sections = new LinkedHashMap<>();
        for (String name : parent.table.entries().keySet()) {
            sections.put(name, parent.table(name));
        }
        return sections;
    }

    /**
     * The tables of an array of tables, such as {@code [[routes]]}. In paths each is called by its name, where it has
     * one, else by its place in the array.
     */
    public List<Section> tables(String key) {
        Node node = find(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof Node.Array array)) {
            problem(key, "tables, each under [[" + Written.path(path, key) + "]]");
            return List.of();
        }
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < array.elements().size(); i++) {
            Node element = array.elements().get(i);
            String at = Written.path(path, key) + "[" + i + "]";
            if (element instanceof Node.Table one) {
                String name = one.entries().get("name") instanceof Node.Text text ? text.value() : "";
                boolean named = Names.isName(name);
                sections.add(child(one, named ? Written.path(Written.path(path, key), name) : at, true));
            } else {
                problems.add(element.position(), at, Written.value(element), "a table");
            }
        }
        return sections;
    }

    private Section child(Node.Table table, String path, boolean present) {
        Section section = new Section(table, path, present, texts);
        children.add(section);
        return section;
    }

    private @Nullable Node find(String key) {
        known.add(key);
        return table.entries().get(key);
    }

    private <T> T wrong(String key, String expected, T otherwise) {
        problem(key, expected);
        return otherwise;
    }
}
