package app.rcommerce.gateway.server.redis.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommandResultsTest {

    private final CompletableFuture<@Nullable Object> asked = new CompletableFuture<>();
    private final IllegalArgumentException defect = new IllegalArgumentException("a defect");

    private void fail() {
        throw defect;
    }

    /** Else whoever asked would wait for ever. */
    @Test
    void aConversionThatThrowsFailsTheStageWithWhatItThrew() {
        CompletableFuture<String> read = CommandResults.read(asked, answer -> {
            fail();
            return "";
        });
        CompletableFuture<String> next = CommandResults.then(CommandResults.read(asked, String::valueOf), text -> {
            fail();
            return "";
        });
        asked.complete("an answer");
        assertThat(read.exceptionNow()).isSameAs(defect);
        assertThat(next.exceptionNow()).isSameAs(defect);
    }

    @Test
    void anotherStructureReadsAsAbsent() {
        CompletableFuture<String> read = CommandResults.read(asked, answer -> answer == null ? "absent" : "there");
        asked.complete(CommandError.WRONG_TYPE);
        assertThat(read).isCompletedWithValue("absent");
    }
}
