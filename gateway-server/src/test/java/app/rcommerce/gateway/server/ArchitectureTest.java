package app.rcommerce.gateway.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.server.exchange.Handling;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.netty.channel.ChannelConfig;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which packages of the server may know which: only {@code gateway}, where everything is wired, knows all. */
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
            "identities",
            "identitiesText",
            "identity",
            "clientAddress",
            "clientAddressText",
            "cost",
            "credential",
            "denialCode",
            "end",
            "exactAddress",
            "foundRoute",
            "handOver",
            "limitReports",
            "peer",
            "peerTrusted",
            "reason",
            "request",
            "requestId",
            "resumed",
            "route",
            "session");

    /**
     * Packages by rank: each may know those of the ranks before it and, without circles, its neighbours. The root,
     * which starts the process, has none.
     */
    private static final List<List<String>> RANKS = List.of(
            List.of(
                    "about",
                    "backend",
                    "chore",
                    "cli.client",
                    "demo",
                    "jobs.journal",
                    "memory",
                    "message",
                    "sockets",
                    "token",
                    "transport",
                    "upkeep"),
            List.of(
                    "admin.operations",
                    "cli",
                    "cli.job",
                    "cli.process",
                    "cli.topic",
                    "exchange",
                    "exchange.content",
                    "exchange.events",
                    "exchange.http2",
                    "exchange.idempotency",
                    "exchange.jobs",
                    "exchange.websocket",
                    "http1",
                    "redis.link",
                    "redis.resp",
                    "tls"),
            List.of(
                    "log",
                    "metrics",
                    "metrics.events",
                    "metrics.idempotency",
                    "metrics.jobs",
                    "protocol",
                    "protocol.http1",
                    "protocol.http1.decode",
                    "protocol.http2",
                    "protocol.http2.field",
                    "protocol.http2.flow",
                    "protocol.http2.frame",
                    "protocol.websocket",
                    "redis.command",
                    "redis.idempotency",
                    "redis.job",
                    "redis.push",
                    "redis.topic",
                    "redis.topic.replay",
                    "redis.walk",
                    "redis.tracking",
                    "upstream"),
            List.of(
                    "admin",
                    "events",
                    "events.hub",
                    "events.presence",
                    "events.socket",
                    "events.stream",
                    "listen",
                    "proxy",
                    "proxy.forwarded",
                    "proxy.idempotent",
                    "proxy.websocket",
                    "redis.store",
                    "refusals"),
            List.of("handler", "jobs", "redis"),
            List.of("gateway"));

    private static String[] packages(List<List<String>> ranks) {
        return ranks.stream()
                .flatMap(List::stream)
                .map(name -> ROOT + "." + name)
                .toArray(String[]::new);
    }

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
    void everyPackageHasItsRank() {
        TreeSet<String> present = SERVER.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(ROOT))
                .map(name -> name.substring(ROOT.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(present)
                .containsExactlyInAnyOrderElementsOf(
                        RANKS.stream().flatMap(List::stream).toList());
    }

    @Test
    void aPackageKnowsOnlyWhatStandsBeforeIt() {
        for (int rank = 0; rank < RANKS.size() - 1; rank++) {
            noClasses()
                    .that()
                    .resideInAnyPackage(packages(RANKS.subList(rank, rank + 1)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages(RANKS.subList(rank + 1, RANKS.size())))
                    .check(SERVER);
        }
    }

    @Test
    void theWayOfARequestKnowsNeitherRedisNorTheAdminPort() {
        for (String one :
                List.of("listen", "protocol", "exchange", "handler", "proxy", "upstream", "http1", "message")) {
            mayNotKnow(one, "redis", "admin", "cli", "metrics", "log", "demo", "token");
        }
    }

    @Test
    void whatIsBelowKnowsNothingOfWhatIsAbove() {
        mayNotKnow("listen", "handler", "proxy", "upstream");
        mayNotKnow("handler", "listen", "protocol", "http1", "upstream");
        mayNotKnow("protocol", "listen", "handler", "proxy", "upstream");
        mayNotKnow("exchange", "listen", "protocol", "handler", "proxy", "upstream", "http1");
        mayNotKnow("proxy", "listen", "protocol", "handler", "http1");
        mayNotKnow("upstream", "listen", "protocol", "handler", "proxy", "exchange");
        mayNotKnow("http1", "listen", "protocol", "handler", "proxy", "upstream", "exchange");
        mayNotKnow("message", "listen", "protocol", "handler", "proxy", "upstream", "exchange", "http1", "transport");
    }

    /** What a client or an upstream sends is read by the leave of its Reading, which pauses where memory is spent. */
    @Test
    void whoeverForwardsReadsByItsLeave() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".memory..", ROOT + ".admin..")
                .and()
                .doNotHaveSimpleName("ConnectionLimits")
                .should()
                .callMethod(ChannelConfig.class, "setAutoRead", boolean.class)
                .check(SERVER);
    }

    @Test
    void protocolsKnowNothingOfPolicies() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".protocol..", ROOT + ".http1..", ROOT + ".message..", ROOT + ".upstream..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("app.rcommerce.gateway.policy..", "app.rcommerce.gateway.balance..")
                .check(SERVER.that(DescribedPredicate.describe(
                        "are not of an upstream, whose pools are balanced",
                        type -> !type.getPackageName().startsWith(ROOT + ".upstream"))));
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".upstream..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("app.rcommerce.gateway.policy..")
                .check(SERVER);
    }

    /** Between the legs and the streams a message has no version; only these know Netty's objects of HTTP/1.1. */
    @Test
    void messagesHaveNoVersionBetweenClientsAndUpstreams() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".exchange..", ROOT + ".handler..", ROOT + ".proxy..", ROOT + ".message..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("io\\.netty\\.handler\\.codec\\.http\\."
                        + "(Default)?(Full|Last)?Http(Object|Message|Request|Response|Content|Version)")
                .check(SERVER);
    }

    @Test
    void theAdminPortMeetsNothingOfARequestsWay() {
        mayNotKnow("admin", "listen", "protocol", "exchange", "handler", "proxy", "upstream", "http1", "message");
    }

    @Test
    void onlyTheCommandsKnowTheRunningGateway() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".gateway..")
                .check(SERVER);
    }

    /** All handlers but those that forward answer by themselves. */
    @Test
    void smallHandlersKnowNothingOfForwarding() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".handler..")
                .and()
                .doNotHaveSimpleName("Handlers")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".proxy..")
                .check(SERVER);
    }

    @Test
    void handlersDoNotKnowEachOther() {
        for (JavaClass one : SERVER) {
            if (one.isAssignableTo(Handling.class) && !one.isInterface()) {
                noClasses()
                        .that()
                        .areAssignableTo(Handling.class)
                        .and()
                        .doNotHaveFullyQualifiedName(one.getName())
                        .should()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName(one.getName())
                        .check(SERVER);
            }
        }
    }

    @Test
    void redisKnowsOfTheServerOnlyTheEventLoops() {
        mayNotKnow(
                "redis",
                "listen",
                "protocol",
                "exchange",
                "handler",
                "proxy",
                "upstream",
                "http1",
                "message",
                "admin",
                "cli",
                "metrics",
                "log",
                "demo",
                "token");
    }

    /**
     * From the backend over the stores and their commands to the link; what Redis tells unasked needs the link and the
     * connections alone.
     */
    @Test
    void thePackagesOfRedisKnowOneAnotherInOneDirection() {
        mayNotKnow("redis.store", "redis.tracking", "redis.push");
        mayNotKnow("redis.command", "redis.store", "redis.tracking");
        mayNotKnow("redis.tracking", "redis.store", "redis.command", "redis.topic");
        mayNotKnow("redis.topic", "redis.store", "redis.tracking");
        mayNotKnow("redis.push", "redis.store", "redis.command", "redis.topic", "redis.tracking");
        mayNotKnow("redis.link", "redis.store", "redis.command", "redis.tracking", "redis.resp");
        mayNotKnow("redis.resp", "redis.store", "redis.command", "redis.tracking", "redis.link");
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".redis.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".redis")
                .check(SERVER);
    }

    /** The others hand the templates of the configuration on, and the names that the stores make of them. */
    @Test
    void onlyTheStoresOfRedisKnowWhatKeysAreMadeOf() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".redis.store..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(ROOT + ".redis.store.KeyTemplate")
                .orShould()
                .accessTargetWhere(new DescribedPredicate<>("a template of keys is read") {
                    @Override
                    public boolean test(JavaAccess<?> access) {
                        return access.getTargetOwner().isEquivalentTo(KeyTemplates.class);
                    }
                })
                .check(SERVER);
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

    /**
     * The admin port asks for what operators can do; that itself knows neither the port nor what messages look like.
     */
    @Test
    void whatOperatorsCanDoKnowsNothingOfTheAdminPort() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".admin.operations..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".admin", "io.netty..", "app.rcommerce.gateway.http..")
                .check(SERVER);
    }

    @Test
    void theCommandsKnowTheGatewayOnlyByItsAdminPort() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".cli..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage(ROOT + "..").and(resideOutsideOfPackages(ROOT + ".cli..", ROOT + ".about..")))
                .check(SERVER);
    }

    /** Each command asks by the client; that knows no command. */
    @Test
    void theClientOfTheAdminPortKnowsNoCommand() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".cli.client..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".cli")
                .check(SERVER);
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
