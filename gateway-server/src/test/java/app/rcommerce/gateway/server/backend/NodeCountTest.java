package app.rcommerce.gateway.server.backend;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.time.HandClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCountTest {

    @TempDir
    private Path folder;

    private final HandClock clock = new HandClock();
    private int told;
    private int atLeast = 1;

    private NodeCount count(Path file) {
        return new NodeCount(file, () -> atLeast, () -> told, clock);
    }

    @Test
    void whatTheStoreToldLastIsRememberedOverARestart() {
        Path file = folder.resolve("gateway.toml.nodes");
        NodeCount before = count(file);
        assertThat(before.nodes()).isEqualTo(1);
        told = 1;
        before.look();
        assertThat(file).as("nothing worth remembering").doesNotExist();
        told = 3;
        assertThat(before.nodes()).isEqualTo(3);
        before.look();
        assertThat(file).hasContent("3");
        told = 0;
        assertThat(count(file).nodes()).isEqualTo(3);
    }

    @Test
    void fewerAreBelievedWhenTheyHaveBeenToldForAMinute() {
        Path file = folder.resolve("nodes");
        told = 5;
        NodeCount count = count(file);
        count.look();
        told = 2;
        count.look();
        clock.advance(Duration.ofSeconds(59));
        count.look();
        assertThat(count.nodes()).isEqualTo(5);
        clock.advance(Duration.ofSeconds(1));
        count.look();
        assertThat(count.nodes()).isEqualTo(2);
        assertThat(file).hasContent("2");
        told = 4;
        count.look();
        assertThat(file).hasContent("4");
    }

    @Test
    void whileNothingIsToldWhatIsRememberedStands() throws Exception {
        Path file = Files.writeString(folder.resolve("nodes"), "4\n");
        NodeCount count = count(file);
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofSeconds(10));
            count.look();
        }
        assertThat(count.nodes()).isEqualTo(4);
        atLeast = 6;
        assertThat(count.nodes()).as("the configuration may say more").isEqualTo(6);
    }

    @Test
    void whatIsNoNumberOfNodesIsNotBelieved() throws Exception {
        for (String text : new String[] {"", "x", "0", "-3", "03", "10001", "99999999999", "3 4", "1".repeat(5_000)}) {
            assertThat(count(Files.writeString(folder.resolve("nodes"), text)).nodes())
                    .as(text)
                    .isEqualTo(1);
        }
        assertThat(count(Files.createDirectory(folder.resolve("directory"))).nodes())
                .isEqualTo(1);
    }

    @Test
    void aFolderThatCannotBeWrittenIsDoneWithout() {
        NodeCount count = count(folder.resolve("absent/nodes"));
        told = 3;
        count.look();
        assertThat(count.nodes()).isEqualTo(3);
        NodeCount nowhere = count(null);
        nowhere.look();
        assertThat(nowhere.nodes()).isEqualTo(3);
    }
}
