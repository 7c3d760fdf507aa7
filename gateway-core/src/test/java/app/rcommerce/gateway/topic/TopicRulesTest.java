package app.rcommerce.gateway.topic;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.topic.TopicRules.Granted;
import app.rcommerce.gateway.topic.TopicRules.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicRulesTest {

    private static final String MANY = "x".repeat(65);

    private final TopicRules rules = new TopicRules(List.of(
            rule("news", "news"),
            rule("orders:{user}", "ws:topic:{topic}"),
            rule("{user}:inbox", "in/{topic}"),
            rule("staff", "staff", "staff:read")));

    private static TopicRule rule(String template, String channel, String... scopes) {
        return new TopicRule(template, List.of(scopes), channel, History.DEFAULT, false, false, false);
    }

    private static Caller user(String subject, String... scopes) {
        return new Caller.TokenCaller(Identifier.user(subject), Scopes.of(List.of(scopes)), "t", 0, Long.MAX_VALUE);
    }

    private static Caller key(String... scopes) {
        return new Caller.ApiKeyCaller(Identifier.key("erp"), Scopes.of(List.of(scopes)), 1);
    }

    @Test
    void everybodyHasWhatIsForEverybody() {
        assertThat(rules.answer("news", Caller.ANONYMOUS))
                .isEqualTo(
                        new Granted(rules.rules().getFirst(), new TopicFeed("news", "news", History.DEFAULT, false)));
    }

    @Test
    void aUserHasItsOwnAndNobodyElses() {
        assertThat(rules.answer("orders:ana", user("ana")))
                .isEqualTo(new Granted(
                        rules.rules().get(1),
                        new TopicFeed("orders:ana", "ws:topic:orders:ana", History.DEFAULT, false)));
        assertThat(rules.answer("ana:inbox", user("ana"))).isInstanceOf(Granted.class);
        assertThat(rules.answer("orders:bob", user("ana"))).isEqualTo(Refusal.FORBIDDEN);
        assertThat(rules.answer("orders:ana", key("admin"))).isEqualTo(Refusal.FORBIDDEN);
        assertThat(rules.answer("orders:ana", Caller.ANONYMOUS)).isEqualTo(Refusal.ANONYMOUS);
        assertThat(rules.answer("orders:", user("ana"))).isEqualTo(Refusal.UNKNOWN);
    }

    @Test
    void scopesAreAskedFor() {
        assertThat(rules.answer("staff", Caller.ANONYMOUS)).isEqualTo(Refusal.ANONYMOUS);
        assertThat(rules.answer("staff", user("ana"))).isEqualTo(Refusal.FORBIDDEN);
        assertThat(rules.answer("staff", user("ana", "staff:read"))).isInstanceOf(Granted.class);
        assertThat(rules.answer("staff", key("admin"))).isInstanceOf(Granted.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "reset",
                "token",
                "error",
                "open",
                "message",
                "a b",
                "a/b",
                "orders:*",
                "orders:{user}",
                "a\n",
                "ä",
                "a,b",
                "a=b",
                "a%41"
            })
    void otherTextsAreNoNames(String text) {
        assertThat(rules.answer(text, user("ana"))).isEqualTo(Refusal.MALFORMED);
        assertThat(rules.answer("x".repeat(101), user("ana"))).isEqualTo(Refusal.MALFORMED);
    }

    /** Whatever the subject of a token is, its name is of nobody else and no other topic. */
    @ParameterizedTest
    @ValueSource(strings = {"bob:inbox", "bob\nx", "{user}", "*", "../bob", "%62ob", "sha256:00", "bob ", " ", "news"})
    void aUserOfAnyCharactersStaysBehindItsPrefix(String subject) {
        Caller tricky = user(subject);
        for (String name : List.of("orders:bob", "bob:inbox", "orders:bob:inbox", "orders:sha256:00")) {
            assertThat(rules.answer(name, tricky)).isNotInstanceOf(Granted.class);
        }
        String own = rules.rules().get(1).name(Identifier.user(subject).value());
        assertThat(rules.answer(own, tricky)).isInstanceOf(Granted.class);
        assertThat(rules.answer(own, user("bob"))).isEqualTo(Refusal.FORBIDDEN);
        assertThat(rules.answer(own, Caller.ANONYMOUS)).isEqualTo(Refusal.ANONYMOUS);
    }

    @Test
    void aUserOfManyCharactersHasADigest() {
        String own = "orders:" + Identifier.user(MANY).value();
        assertThat(rules.answer(own, user(MANY))).isInstanceOf(Granted.class);
        assertThat(rules.answer("orders:" + MANY, user(MANY))).isEqualTo(Refusal.FORBIDDEN);
    }

    @Test
    void templatesThatShareANameOverlap() {
        assertThat(rule("orders:{user}", "a").overlaps(rule("orders:all", "b"))).isTrue();
        assertThat(rule("orders:{user}", "a").overlaps(rule("{user}:inbox", "b")))
                .isTrue();
        assertThat(rule("orders:{user}", "a").overlaps(rule("orders", "b"))).isFalse();
        assertThat(rule("orders:{user}", "a").overlaps(rule("orders:{user}:x", "b")))
                .isFalse();
        assertThat(rule("orders:{user}", "a").overlaps(rule("news:all", "b"))).isFalse();
    }

    @Test
    void aTemplateHasItsUserBetweenColons() {
        assertThat(List.of("a", "{user}", "a:{user}", "a:{user}:b", "a.b@c+d-e_f"))
                .allMatch(TopicRule::isTemplate);
        assertThat(List.of(
                        "",
                        "a{user}",
                        "{user}b",
                        "a:{user}:{user}",
                        "a:sha256:{user}",
                        "a::b",
                        "a:",
                        "reset",
                        "{topic}"))
                .noneMatch(TopicRule::isTemplate);
    }
}
