package app.rcommerce.gateway.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import app.rcommerce.gateway.policy.Call;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which packages of the server may know which: only the root, where everything is wired, knows all. */
class ArchitectureTest {

    private static final String ROOT = "app.rcommerce.gateway.server";

    private static final JavaClasses SERVER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /**
     * What the server asks a call, and tells it: what the upstream says of the cost, and that the request has ended.
     */
    private static final Set<String> ASKED_OF_A_CALL = Set.of(
            "cacheLookup",
            "caller",
            "clientAddress",
            "clientAddressText",
            "cost",
            "denialCode",
            "end",
            "limitReports",
            "peer",
            "peerTrusted",
            "request",
            "requestId",
            "route");

    private static void mayNotKnow(String one, String... others) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + one + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(java.util.Arrays.stream(others)
                        .map(name -> ROOT + "." + name + "..")
                        .toArray(String[]::new))
                .check(SERVER);
    }

    @Test
    void theProxyKnowsNeitherRedisNorTheAdminPort() {
        mayNotKnow("net", "redis", "admin", "cli", "metrics", "log", "demo", "token");
        mayNotKnow("upstream", "net", "redis", "admin", "cli", "metrics", "log", "demo", "token");
    }

    @Test
    void redisKnowsOfTheServerOnlyTheEventLoops() {
        mayNotKnow("redis", "net", "upstream", "admin", "cli", "metrics", "log", "demo", "token");
    }

    @Test
    void onlyRedisKnowsRedisson() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".redis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.redisson..")
                .check(SERVER);
    }

    @Test
    void theCommandsKnowTheGatewayOnlyByItsAdminPort() {
        mayNotKnow("cli", "net", "redis", "admin", "upstream", "metrics", "log", "token");
    }

    @Test
    void noPackagesFormACircle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(SERVER);
    }

    @Test
    void nothingKnowsTheRoot() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(SERVER);
    }

    @Test
    void whatIsRepeatedIsAChoreThatNoFailureEnds() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".chore.Chore")
                .should()
                .callMethodWhere(new DescribedPredicate<>("an executor repeats a task") {
                    @Override
                    public boolean test(JavaMethodCall call) {
                        return call.getName().startsWith("scheduleWithFixedDelay")
                                || call.getName().startsWith("scheduleAtFixedRate");
                    }
                })
                .check(SERVER);
    }

    /** What a call has found out is public between the packages of policies, and for everybody else to be read. */
    @Test
    void onlyPoliciesWriteDownWhatACallHasFoundOut() {
        noClasses()
                .should()
                .callMethodWhere(new DescribedPredicate<>("a call is written to") {
                    @Override
                    public boolean test(JavaMethodCall call) {
                        return call.getTargetOwner().isEquivalentTo(Call.class)
                                && !ASKED_OF_A_CALL.contains(call.getName());
                    }
                })
                .check(SERVER);
    }
}
