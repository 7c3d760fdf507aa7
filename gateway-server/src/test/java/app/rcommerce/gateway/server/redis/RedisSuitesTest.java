package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The suites that start a real Redis, as continuous integration selects them for a second server: by {@code redis}. */
class RedisSuitesTest {

    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("app.rcommerce.gateway.server");

    private static boolean startsRedis(JavaClass suite) {
        return suite.getTransitiveDependenciesFromSelf().stream()
                .anyMatch(dependency -> dependency.getTargetClass().isEquivalentTo(RedisServers.class));
    }

    private static boolean isTagged(JavaClass suite) {
        return suite.tryGetAnnotationOfType(Tag.class)
                .map(tag -> tag.value().equals("redis"))
                .orElse(false);
    }

    private static List<JavaClass> suites() {
        return TESTS.stream()
                .filter(suite -> suite.getSimpleName().endsWith("IT"))
                .toList();
    }

    @Test
    void everySuiteThatStartsARedisIsTagged() {
        assertThat(suites().stream().filter(RedisSuitesTest::startsRedis))
                .isNotEmpty()
                .allMatch(RedisSuitesTest::isTagged);
    }

    @Test
    void noOtherSuiteIsTagged() {
        assertThat(suites().stream().filter(RedisSuitesTest::isTagged)).allMatch(RedisSuitesTest::startsRedis);
    }
}
