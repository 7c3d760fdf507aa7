package app.rcommerce.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Date;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the core may use, and which of its packages may know which. */
class ArchitectureTest {

    private static final String ROOT = "app.rcommerce.gateway";

    /** Packages by rank: each may know those of the ranks before it and, without circles, its neighbours. */
    private static final List<List<String>> RANKS = List.of(
            List.of("time", "http", "bounded"),
            List.of(
                    "identity",
                    "webhook",
                    "idempotency",
                    "job",
                    "job.forward",
                    "route",
                    "block",
                    "token",
                    "limit",
                    "limit.count",
                    "limit.lease",
                    "cache",
                    "session",
                    "socket",
                    "balance",
                    "topic",
                    "topic.message",
                    "tls"),
            List.of(
                    "store",
                    "store.node",
                    "store.idempotency",
                    "store.job",
                    "store.topic",
                    "store.socket",
                    "toml",
                    "config.listen",
                    "config"),
            List.of(
                    "store.memory",
                    "store.memory.job",
                    "store.near",
                    "limit.shared",
                    "limit.local",
                    "limit.slot",
                    "config.read",
                    "config.handler",
                    "config.cache",
                    "config.server",
                    "config.effective",
                    "config.table"),
            List.of("policy"),
            List.of("policy.access", "policy.auth", "policy.limit", "policy.reply"),
            List.of("policy.order", "check"));

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static String[] packages(List<List<String>> ranks) {
        return ranks.stream()
                .flatMap(List::stream)
                .map(name -> ROOT + "." + name)
                .toArray(String[]::new);
    }

    @Test
    void everyPackageHasItsRank() {
        TreeSet<String> present = CORE.stream()
                .map(type -> type.getPackageName().substring(ROOT.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(present)
                .containsExactlyInAnyOrderElementsOf(
                        RANKS.stream().flatMap(List::stream).toList());
    }

    @Test
    void aPackageKnowsOnlyWhatStandsBeforeIt() {
        for (int rank = 0; rank < RANKS.size() - 1; rank++) {
            ArchRule rule = noClasses()
                    .that()
                    .resideInAnyPackage(packages(RANKS.subList(rank, rank + 1)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages(RANKS.subList(rank + 1, RANKS.size())));
            rule.check(CORE);
        }
    }

    @Test
    void noPackagesFormACircle() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void theCoreDecidesAndDoesNothingElse() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "org.redisson..",
                        "org.slf4j..",
                        "java.util.logging..",
                        "io.micrometer..",
                        "picocli..",
                        "java.net.http..",
                        "java.nio.channels..",
                        "javax.net..")
                .check(CORE);
    }

    @Test
    void onlyTimeReadsTheClock() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".time..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callConstructor(Date.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(CORE);
    }

    /** By default they do so on the pool that all of the process shares. */
    @Test
    void cachesDoTheirChoresOnTheThreadsThatUseThem() {
        for (JavaClass type : CORE) {
            assertThat(calls(type, "executor"))
                    .as("caches of %s with an executor", type.getName())
                    .isEqualTo(calls(type, "newBuilder"));
        }
    }

    private static long calls(JavaClass type, String method) {
        return type.getMethodCallsFromSelf().stream()
                .filter(call -> call.getTargetOwner().isEquivalentTo(Caffeine.class)
                        && call.getName().equals(method))
                .count();
    }

    @Test
    void onlyTomlKnowsTheParser() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".toml..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.tomlj..", "org.antlr..")
                .check(CORE);
    }
}
