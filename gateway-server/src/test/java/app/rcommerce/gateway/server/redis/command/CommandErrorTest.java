package app.rcommerce.gateway.server.redis.command;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.link.RedisFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.client.RedisException;

class CommandErrorTest {

    private static final String BY_CALL =
            "ERR Error running script (call to f_db8d8f6383e1a67ce23db65efd679a334c123806): "
                    + "@user_script:1: @user_script: 1: ";
    private static final String BY_PCALL = "@user_script: 382: ";
    private static final String BEHIND = ". channel: [id: 0x1] command: (EVALSHA), params: [-MISCONF , READONLY x]";

    private static RedisException failure(String text) {
        return new RedisException(text + BEHIND);
    }

    @ParameterizedTest
    @CsvSource({"OOM, FULL", "MISCONF, FULL", "WRONGTYPE, WRONG_TYPE", "ERR, OTHER"})
    void whatIsWrongWithTheCommandLeavesTheServerInOrder(String code, CommandError error) {
        assertThat(RedisFailure.of(failure(BY_CALL + "-" + code + " x"))).isNull();
        assertThat(CommandError.of(failure(BY_CALL + "-" + code + " x"))).isEqualTo(error);
        assertThat(CommandError.of(failure(BY_PCALL + "-" + code + " x"))).isEqualTo(error);
    }

    @Test
    void theParametersOfACommandDoNotDecideWhatItsErrorIs() {
        assertThat(CommandError.of(failure("ERR value is not an integer or out of range")))
                .isEqualTo(CommandError.OTHER);
    }
}
