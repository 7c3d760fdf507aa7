package app.rcommerce.gateway.server.redis.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedirectTest {

    @Test
    void aRedirectNamesTheOtherMaster() {
        assertThat(Redirect.parse("MOVED 3999 127.0.0.1:6381")).isEqualTo(new Redirect(false, "127.0.0.1", 6381));
        assertThat(Redirect.parse("ASK 3999 fd00::7:6381")).isEqualTo(new Redirect(true, "fd00::7", 6381));
        assertThat(Redirect.parse("MOVED 3999 :6381")).isEqualTo(new Redirect(false, "", 6381));
    }

    @Test
    void otherErrorsAreNone() {
        for (String error : new String[] {
            "ERR unknown",
            "MOVED",
            "MOVED x 127.0.0.1:6381",
            "ASK 1 127.0.0.1",
            "ASK 1 a b:7",
            "MOVED 1 h:123456",
            "ASKED 1 h:7"
        }) {
            assertThat(Redirect.parse(error)).as(error).isNull();
        }
    }
}
