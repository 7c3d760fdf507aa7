package app.rcommerce.gateway.server.redis.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.client.RedisException;

/** Errors as Redis 6.2 and 7.0 have been seen to write them, and as the client library hands them on. */
class ErrorCodeTest {

    private static final String BY_CALL =
            "ERR Error running script (call to f_db8d8f6383e1a67ce23db65efd679a334c123806): "
                    + "@user_script:1: @user_script: 1: ";
    private static final String BY_PCALL = "@user_script: 382: ";
    private static final String BEHIND = ". channel: [id: 0x1] command: (EVALSHA), params: [-MISCONF , READONLY x]";

    private static RedisException failure(String text) {
        return new RedisException(text + BEHIND);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "-READONLY You can't write against a read only replica. | READONLY",
                "-OOM command not allowed when used memory > 'maxmemory'. | OOM",
                "-MISCONF Redis is configured to save RDB snapshots, but | MISCONF",
                "-NOREPLICAS Not enough good replicas to write. | NOREPLICAS",
                "-LOADING Redis is loading the dataset in memory | LOADING",
                "-MASTERDOWN Link with MASTER is down | MASTERDOWN",
                "-CLUSTERDOWN The cluster is down | CLUSTERDOWN",
                "-TRYAGAIN Multiple keys request during rehashing of slot | TRYAGAIN",
                "-MOVED 3999 127.0.0.1:6381 | MOVED",
                "-NOPERM this user has no permissions to access one of the keys used as arguments | NOPERM",
                "The user executing the script can't run this command or subcommand | NOPERM",
                "The user executing the script can't access at least one of the keys mentioned in the command arguments | NOPERM",
                "The user executing the script can't publish to the channel mentioned in the command | NOPERM",
                "This user has no permissions to run the 'set' command | NOPERM",
                "ERR ACL failure in script: User gateway has no permissions to run the 'hmget' command | NOPERM",
                "ERR ACL failure in script: User NOSUCH has no permissions to access the 'k' key script: f | NOPERM",
                "You can't write against a read only replica. | READONLY",
                "command not allowed when used memory > 'maxmemory'. | OOM",
                "Script attempted to access a non local key in a cluster node | MOVED",
                "Script attempted to execute a command while the cluster is down | CLUSTERDOWN",
                "WRONGTYPE Operation against a key holding the wrong kind of value | WRONGTYPE",
                "Unknown Redis command called from Lua script | ERR"
            })
    void anErrorInsideAScriptHasTheCodeThatItWouldHaveAlone(String text, String code) {
        assertThat(ErrorCode.of(failure(BY_CALL + text))).isEqualTo(code);
        assertThat(ErrorCode.of(failure(BY_PCALL + text))).isEqualTo(code);
        assertThat(ErrorCode.of(failure(text))).isEqualTo(code);
        String since7 = text.matches("-?[A-Z]{2,} .*") ? text.replaceFirst("^-", "") : "ERR " + text;
        assertThat(ErrorCode.of(failure(since7 + " script: db8d8f6383e1a67, on @user_script:1.")))
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "READONLY, REPLICA",
        "LOADING, NOT_READY",
        "MASTERDOWN, NOT_READY",
        "CLUSTERDOWN, NOT_READY",
        "TRYAGAIN, NOT_READY",
        "MOVED, NOT_READY",
        "NOREPLICAS, NOT_READY",
        "NOPERM, NOT_PERMITTED"
    })
    void whatIsWrongWithTheServerIsToldByTheErrorOfAScriptToo(String code, RedisFailure reason) {
        assertThat(RedisFailure.of(failure(BY_CALL + "-" + code + " x"))).isEqualTo(reason);
        assertThat(RedisFailure.of(failure(BY_PCALL + "-" + code + " x"))).isEqualTo(reason);
    }

    @Test
    void theParametersOfACommandDoNotDecideWhatItsErrorIs() {
        RedisException failure = failure("ERR value is not an integer or out of range");
        assertThat(RedisFailure.of(failure)).isNull();
        assertThat(ErrorCode.of(new RedisException())).isEqualTo(ErrorCode.OTHER);
    }
}
