package app.rcommerce.gateway.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {

    private static final long HEAP = 64 << 20;

    private static String routes(int count) {
        return "[[routes]]\nname = \"some name\"\npath = \"/shop/things/**\"\nupstream = \"a\"\n".repeat(count);
    }

    @Test
    void aLongTextNeedsLittleAndManyTablesNeedMuch() {
        assertThat(new Room(HEAP).take("body = \"" + "x".repeat(1_000_000) + "\""))
                .isTrue();
        assertThat(new Room(HEAP).take(routes(2_000))).isTrue();
        assertThat(new Room(HEAP).take(routes(10_000))).isFalse();
        assertThat(new Room(HEAP).take("a = [" + "1,".repeat(100_000) + "]")).isFalse();
    }

    @Test
    void allFilesTogetherTakeIt() {
        Room room = new Room(HEAP);
        assertThat(room.take(routes(1_000))).isTrue();
        assertThat(room.take(routes(1_000))).isTrue();
        assertThat(room.take(routes(2_000))).isFalse();
        assertThat(room.take(routes(100))).isTrue();
    }

    @Test
    void whatIsSaidToBeEnoughIs() {
        for (String text : new String[] {routes(10_000), "a = [" + "1,".repeat(300_000) + "]", "a"}) {
            // A JVM's own figure is a little smaller than what it was given.
            long heap = (Room.megabytesFor(text) << 20) / 32 * 31;
            assertThat(new Room(heap).take(text)).isTrue();
        }
    }
}
