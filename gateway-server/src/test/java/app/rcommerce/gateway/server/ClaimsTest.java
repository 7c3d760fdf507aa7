package app.rcommerce.gateway.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the documents promise, in docs/CLAIMS.md: each row quotes a document and names the tests that hold the
 * quotation, or says why it is no promise.
 */
class ClaimsTest {

    private static final Path ROOT = Path.of("..");

    private static final List<String> DOCUMENTS = List.of(
            "README.md",
            "docs/ADMIN.md",
            "docs/CREDENTIALS.md",
            "docs/DECISIONS.md",
            "docs/DEPLOY.md",
            "docs/EVENTS.md",
            "docs/JOBS.md",
            "docs/LIMITS.md",
            "docs/LISTENERS.md",
            "docs/OPERATIONS.md");

    /** The words of a sentence that someone may rely on. */
    private static final Pattern PROMISE =
            Pattern.compile("\\b(never|always|only|bounded|at most|stays|exactly)\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern ROW = Pattern.compile("\\| (.+) \\| (.+) \\|");

    private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");

    private record Claim(String document, String quotation, String heldBy) {}

    private static String text(String document) throws IOException {
        return Files.readString(ROOT.resolve(document), UTF_8).replaceAll("\\s+", " ");
    }

    private static List<Claim> claims() throws IOException {
        List<Claim> claims = new ArrayList<>();
        String document = "";
        for (String line : Files.readAllLines(ROOT.resolve("docs/CLAIMS.md"), UTF_8)) {
            if (line.startsWith("## ")) {
                document = line.substring(3);
            }
            Matcher row = ROW.matcher(line);
            if (row.matches() && !row.group(1).equals("claim") && !row.group(1).startsWith("---")) {
                claims.add(new Claim(document, row.group(1), row.group(2)));
            }
        }
        return claims;
    }

    @Test
    void everyQuotationStandsInItsDocument() throws IOException {
        Map<String, String> texts = new HashMap<>();
        for (String document : DOCUMENTS) {
            texts.put(document, text(document));
        }
        assertThat(claims()).hasSizeGreaterThan(50).allSatisfy(claim -> {
            assertThat(texts).containsKey(claim.document());
            assertThat(texts.get(claim.document())).contains(claim.quotation());
        });
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("gateway-core", "gateway-server")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file :
                        (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java"))::iterator) {
                    String name = file.getFileName().toString().replace(".java", "");
                    sources.merge(name, Files.readString(file, UTF_8), String::concat);
                }
            }
        }
        for (Claim claim : claims()) {
            Matcher test = NAMED_TEST.matcher(claim.heldBy());
            boolean isPromise = !claim.heldBy().startsWith("no promise: ");
            assertThat(test.find())
                    .as("%s names a test, or says \"no promise: \" and why", claim)
                    .isEqualTo(isPromise);
            for (test.reset(); test.find(); ) {
                assertThat(sources.get(test.group(1)))
                        .as("a class of tests that %s names", claim)
                        .isNotNull()
                        .containsPattern("(?s)@(Test|RepeatedTest|ParameterizedTest|TestFactory)\\b[^;]*? "
                                + test.group(2) + "\\(");
            }
        }
    }

    @Test
    void everyPromiseHasARow() throws IOException {
        List<Claim> claims = claims();
        Map<String, List<String>> without = new LinkedHashMap<>();
        for (String document : DOCUMENTS) {
            String text = text(document);
            boolean[] isQuoted = new boolean[text.length()];
            for (Claim claim : claims) {
                int at = claim.document().equals(document) ? text.indexOf(claim.quotation()) : -1;
                for (; at >= 0; at = text.indexOf(claim.quotation(), at + 1)) {
                    java.util.Arrays.fill(isQuoted, at, at + claim.quotation().length(), true);
                }
            }
            Matcher promise = PROMISE.matcher(text);
            while (promise.find()) {
                if (!isQuoted[promise.start()]) {
                    String around = text.substring(
                            Math.max(0, promise.start() - 60), Math.min(text.length(), promise.end() + 60));
                    without.computeIfAbsent(document, d -> new ArrayList<>()).add(around);
                }
            }
        }
        assertThat(without).isEmpty();
    }
}
