package app.rcommerce.gateway.store.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class NoticeTest {

    @Test
    void aMessageIsOneLine() {
        Notice reset = new Notice("limit-reset", "user:42");
        assertThat(reset).hasToString("limit-reset user:42");
        assertThat(Notice.parse("limit-reset user:42")).isEqualTo(reset);
        assertThat(Notice.parse("purge ")).isEqualTo(new Notice("purge", ""));
        assertThat(Notice.parse("purge  a b ")).isEqualTo(new Notice("purge", " a b "));
        String longest = "t".repeat(Notice.LONGEST_TOPIC) + " " + "x".repeat(Notice.LONGEST_TEXT);
        assertThat(Notice.parse(longest)).hasToString(longest);
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
                "t".repeat(Notice.LONGEST_TOPIC + 1) + " x",
                "purge " + "x".repeat(Notice.LONGEST_TEXT + 1))) {
            assertThat(Notice.parse(line)).as(line).isNull();
        }
    }

    @Test
    void noneIsMadeThatCouldNotBeRead() {
        assertThatThrownBy(() -> new Notice("", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Notice("a b", "x")).hasMessageContaining("expected: 1 to 32");
        assertThatThrownBy(() -> new Notice("purge", "a\r\nb")).hasMessageContaining("printable ASCII");
        assertThatThrownBy(() -> new Notice("purge", "x".repeat(513))).hasMessageContaining("513 characters");
    }
}
