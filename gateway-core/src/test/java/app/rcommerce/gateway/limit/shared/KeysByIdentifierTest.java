package app.rcommerce.gateway.limit.shared;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import org.junit.jupiter.api.Test;

class KeysByIdentifierTest {

    private static final Identifier ANA = Identifier.user("ana");
    private static final Identifier BEN = Identifier.user("ben");

    private final KeysByIdentifier<String> keys = new KeysByIdentifier<>();

    @Test
    void eachIdentifierHasItsOwn() {
        keys.add(ANA, "a");
        keys.add(ANA, "b");
        keys.add(ANA, "a");
        keys.add(BEN, "c");
        assertThat(keys.of(ANA)).containsExactly("a", "b");
        assertThat(keys.of(BEN)).containsExactly("c");
        assertThat(keys.of(Identifier.user("eve"))).isEmpty();
    }

    @Test
    void whatIsRemovedIsGone() {
        keys.add(ANA, "a");
        keys.add(ANA, "b");
        keys.remove(ANA, "a");
        keys.remove(ANA, "x");
        keys.remove(BEN, "a");
        assertThat(keys.of(ANA)).containsExactly("b");
        keys.remove(ANA, "b");
        assertThat(keys.of(ANA)).isEmpty();
        keys.add(ANA, "c");
        assertThat(keys.of(ANA)).containsExactly("c");
    }
}
