package app.rcommerce.gateway.store.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class NodeMessageTest {

    @Test
    void aMessageIsOneLine() {
        NodeMessage reset = new NodeMessage("limit-reset", "user:42");
        assertThat(reset).hasToString("limit-reset user:42");
        assertThat(NodeMessage.parse("limit-reset user:42")).isEqualTo(reset);
        assertThat(NodeMessage.parse("purge ")).isEqualTo(new NodeMessage("purge", ""));
        assertThat(NodeMessage.parse("purge  a b ")).isEqualTo(new NodeMessage("purge", " a b "));
        String longest = "t".repeat(NodeMessage.LONGEST_TOPIC) + " " + "x".repeat(NodeMessage.LONGEST_TEXT);
        assertThat(NodeMessage.parse(longest)).hasToString(longest);
    }

    @Test
    void whatIsNoMessageReadsAsNone() {
        for (String line : List.of(
                "",
                "purge",
                " x",
                "Purge x",
                "purge1 x",
                "purge\tx",
                "purge x\n",
                "purge \u0000",
                "purge \u007f",
                "purge é",
                "t".repeat(NodeMessage.LONGEST_TOPIC + 1) + " x",
                "purge " + "x".repeat(NodeMessage.LONGEST_TEXT + 1))) {
            assertThat(NodeMessage.parse(line)).as(line).isNull();
        }
    }

    @Test
    void noneIsMadeThatCouldNotBeRead() {
        assertThatThrownBy(() -> new NodeMessage("", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeMessage("a b", "x")).hasMessageContaining("expected: 1 to 32");
        assertThatThrownBy(() -> new NodeMessage("purge", "a\r\nb")).hasMessageContaining("printable ASCII");
        assertThatThrownBy(() -> new NodeMessage("purge", "x".repeat(NodeMessage.LONGEST_TEXT + 1)))
                .hasMessageContaining("8193 characters");
    }
}
