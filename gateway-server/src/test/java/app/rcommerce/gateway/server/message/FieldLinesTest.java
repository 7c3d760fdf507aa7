package app.rcommerce.gateway.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldLinesTest {

    private final HttpHeaders fields = new DefaultHttpHeaders()
            .add("Accept", "a")
            .add("Via", "1")
            .add("accept", "b, c")
            .add("ACCEPT", "");

    @Test
    void allLinesAreFoundInAnyCaseAndInTheirOrder() {
        assertThat(FieldLines.of(fields, "accept")).containsExactly("a", "b, c", "");
        assertThat(FieldLines.of(fields, "VIA")).containsExactly("1");
        assertThat(FieldLines.of(fields, "Accept")).isEqualTo(fields.getAll("Accept"));
    }

    @Test
    void aFieldThatIsNotThereHasNoLines() {
        assertThat(FieldLines.of(fields, "Expect")).isEmpty();
        assertThat(FieldLines.of(EmptyHttpHeaders.INSTANCE, "Accept")).isEmpty();
    }

    @Test
    void whatWasFoundStaysWhenTheFieldsChange() {
        List<String> some = FieldLines.of(fields, "accept");
        List<String> one = FieldLines.of(fields, "via");
        fields.clear();
        assertThat(some).hasSize(3);
        assertThat(one).containsExactly("1");
    }
}
